// The entry of every page. Each module mounts its own behaviour; see mount.js.
import "./frame.js";
import "./messages.js";
import "./dialogs.js";
import "./rows.js";
import "./keys.js";
