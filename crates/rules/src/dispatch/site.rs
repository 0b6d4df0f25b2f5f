//! Where something is, as far as it is known, and how far it is to somewhere else.
//!
//! An address that was only read as far as its district lies, for the map, in the district's
//! centre. Two such addresses are not at the same place: they are in the same district.

use locality::Point;

use crate::pack::Dispatch;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Site {
    /// Known better than the district.
    point: Option<Point>,
    district: Option<String>,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// So many metres by road, reckoned from two places.
    Road(i64),
    /// In one district; where in it is not known.
    SameDistrict,
    /// So many metres by road, reckoned from the centres of districts.
    Districts(i64),
    Unknown,
}

impl Site {
    /// As it is kept: millionths of a degree and a GB code.
    pub fn kept(lat: Option<i64>, lon: Option<i64>, district: Option<&str>) -> Site {
        let point = lat.zip(lon).map(|(lat, lon)| Point::of_micro(lat, lon));
        let centre = district.and_then(locality::centre).map(Point::micro);
        let exact = |it: &Point| Some(it.micro()) != centre;
        Site { point: point.filter(exact), district: district.map(str::to_owned) }
    }

    /// Here, or at least hereabouts.
    fn about(&self) -> Option<Point> {
        self.point.or_else(|| self.district.as_deref().and_then(locality::centre))
    }

    pub fn is_known(&self) -> bool {
        self.about().is_some()
    }

    pub fn way(&self, other: &Site, by: &Dispatch) -> Way {
        let by_road = |line: i64| line * by.road_percent / 100;
        if let (Some(here), Some(there)) = (self.point, other.point) {
            return Way::Road(by_road(here.metres(there)));
        }
        if self.district.is_some() && self.district == other.district {
            return Way::SameDistrict;
        }
        match (self.about(), other.about()) {
            (Some(here), Some(there)) => Way::Districts(by_road(here.metres(there))),
            _ => Way::Unknown,
        }
    }
}

impl Way {
    pub fn minutes(self, by: &Dispatch) -> i64 {
        // Metres by kilometres an hour are thousandths of an hour.
        let drive = |metres: i64| (metres * 60 + by.speed_kmh * 999) / (by.speed_kmh * 1000);
        match self {
            Way::Road(metres) => drive(metres),
            Way::SameDistrict => by.same_district_minutes,
            Way::Districts(metres) => drive(metres).max(by.same_district_minutes),
            Way::Unknown => by.unknown_minutes,
        }
    }

    pub fn metres(self) -> Option<i64> {
        match self {
            Way::Road(metres) | Way::Districts(metres) => Some(metres),
            Way::SameDistrict | Way::Unknown => None,
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Way::Road(_) => "road",
            Way::SameDistrict => "same_district",
            Way::Districts(_) => "districts",
            Way::Unknown => "unknown",
        }
    }
}
