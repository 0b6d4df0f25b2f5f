//! 地址与电话: where in China something is. Administrative divisions by GB code, with centres and
//! distances; pasted lines of text as addresses; phone numbers and where they are at home.
//!
//! Pure: no I/O, no clock. The tables are part of the crate (`data/README.md` says from where) and
//! are unpacked when first asked for.
//!
//! ```
//! use locality::{districts_in, full_name, province_letters, within};
//!
//! assert_eq!(full_name("440402").as_deref(), Some("广东省珠海市香洲区"));
//! assert_eq!(province_letters("440402"), "GD");
//! assert!(within("440402", "4404") && within("440402", "440000"));
//! assert_eq!(districts_in("440400").len(), 3);
//!
//! let parsed = locality::parse("张三 13800138000 珠海香洲前山街道金鸡路789号");
//! assert_eq!((parsed.name.as_deref(), parsed.code), (Some("张三"), Some("440402")));
//!
//! let phone = locality::Phone::parse("０７５６－８６１５０２２").unwrap();
//! assert_eq!(phone.region().and_then(full_name).as_deref(), Some("广东省珠海市"));
//! ```

mod address;
mod divisions;
mod packed;
mod phone;
mod point;

pub use address::{Parsed, parse};
pub use divisions::{
    Division, Level, centre, children, districts_in, division, full_name, province_letters,
    provinces, successor, within,
};
pub use phone::{MOBILE_DIGITS, OTHER_DIGITS, Phone, PhoneError, PhoneKind};
pub use point::Point;
