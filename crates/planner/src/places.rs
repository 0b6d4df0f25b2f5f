//! Places by their number in a matrix, or by latitude and longitude; each checked as it is met.

use crate::bad_row::BadRow;

#[derive(Debug, Clone)]
pub struct Places {
    /// How many there are in a matrix; none: they are points.
    listed: Option<usize>,
    /// Listed, but nothing is known of the way there.
    closed: Vec<usize>,
    points: Vec<(f64, f64)>,
    bounds: Bounds,
}

/// Degrees: what lies outside is no place of the country.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    pub south: f64,
    pub north: f64,
    pub west: f64,
    pub east: f64,
}

impl Bounds {
    pub const EARTH: Bounds = Bounds { south: -90.0, north: 90.0, west: -180.0, east: 180.0 };
    /// With its seas and islands.
    pub const CHINA: Bounds = Bounds { south: 3.0, north: 54.0, west: 73.0, east: 136.0 };
}

impl Places {
    pub fn listed(count: usize) -> Places {
        Places { listed: Some(count), closed: vec![], points: vec![], bounds: Bounds::EARTH }
    }

    pub fn on_earth(bounds: Bounds) -> Places {
        Places { listed: None, closed: vec![], points: vec![], bounds }
    }

    pub fn close(&mut self, number: usize) {
        self.closed.push(number);
    }

    pub fn number(&self, number: usize) -> Result<usize, BadRow> {
        match self.listed {
            Some(count) if number < count && !self.closed.contains(&number) => Ok(number),
            Some(_) | None => Err(BadRow::new("place.no_such_place").about(number)),
        }
    }

    /// Nobody lives where the equator meets Greenwich: it is what stands there when nothing does.
    pub fn point(&mut self, lat: f64, lon: f64) -> Result<usize, BadRow> {
        let value = format!("{lat},{lon}");
        if self.listed.is_some() {
            return Err(BadRow::new("place.mixed").about(value));
        }
        if lat == 0.0 && lon == 0.0 {
            return Err(BadRow::new("place.zero_zero").about(value));
        }
        let Bounds { south, north, west, east } = self.bounds;
        if !(south..=north).contains(&lat) || !(west..=east).contains(&lon) {
            return Err(BadRow::new("place.outside").about(value));
        }
        let known = self.points.iter().rposition(|it| *it == (lat, lon));
        Ok(known.unwrap_or_else(|| {
            self.points.push((lat, lon));
            self.points.len() - 1
        }))
    }

    pub fn points(&self) -> &[(f64, f64)] {
        &self.points
    }
}

#[cfg(test)]
mod tests {
    use super::{Bounds, Places};

    #[test]
    fn a_place_is_known_again_and_a_wrong_one_is_refused() {
        let mut places = Places::on_earth(Bounds::CHINA);
        assert_eq!(places.point(22.3, 113.5), Ok(0));
        assert_eq!(places.point(22.4, 113.5), Ok(1));
        assert_eq!(places.point(22.3, 113.5), Ok(0));
        let mut said = |lat, lon| places.point(lat, lon).map_err(|it| it.code);
        assert_eq!(said(0.0, 0.0), Err("place.zero_zero"));
        assert_eq!(said(113.5, 22.3), Err("place.outside"));
        assert_eq!(said(f64::NAN, 113.0), Err("place.outside"));
        assert!(places.number(0).is_err());
        let mut listed = Places::listed(2);
        assert_eq!(listed.number(1), Ok(1));
        assert!(listed.number(2).is_err());
        listed.close(1);
        assert!(listed.number(1).is_err());
        assert_eq!(listed.point(22.3, 113.5).map_err(|it| it.code), Err("place.mixed"));
    }
}
