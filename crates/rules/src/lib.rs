//! The domain itself.
