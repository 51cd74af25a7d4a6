"""The handlers of all addresses: a module for each page or resource, others for their parts."""
