// A line of the dialog that came back refused, and was closed behind Enter, opens it again: it is not saved.
import { mount } from "./mount.js";

mount("[data-module=reopen]", (part) => part.closest("dialog:not([open])")?.showModal());
