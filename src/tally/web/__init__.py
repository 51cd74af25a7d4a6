"""Requests and their answers: context, endpoints, forms, negotiation, templates, streaming."""
