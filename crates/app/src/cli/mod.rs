//! The command line: flags, no logic.
