//! Places by their number in a matrix, by latitude and longitude, or by both; each checked as it is
//! met.

use crate::bad_row::BadRow;

#[derive(Debug, Clone)]
pub struct Places {
    /// So many are in a matrix.
    listed: usize,
    /// Listed, but nothing is known of the way there.
    closed: Vec<usize>,
    /// Where they are; of a listed place that is not always known.
    points: Vec<Option<(f64, f64)>>,
    /// Some row names a place of the matrix.
    named: bool,
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
    /// The first `listed` are those of a matrix.
    pub fn new(listed: usize, bounds: Bounds) -> Places {
        Places { listed, closed: vec![], points: vec![None; listed], named: false, bounds }
    }

    pub fn close(&mut self, number: usize) {
        self.closed.push(number);
    }

    /// Whether the matrix is of any use.
    pub fn uses_matrix(&self) -> bool {
        self.named
    }

    pub fn number(&mut self, number: usize) -> Result<usize, BadRow> {
        self.named = true;
        if number < self.listed && !self.closed.contains(&number) {
            return Ok(number);
        }
        Err(BadRow::new("place.no_such_place").about(number))
    }

    /// Known again where somebody was there before.
    pub fn point(&mut self, lat: f64, lon: f64) -> Result<usize, BadRow> {
        self.looked_at(lat, lon)?;
        let here = |it: &usize| self.points[*it] == Some((lat, lon)) && !self.closed.contains(it);
        let known = (0..self.points.len()).rev().find(here);
        Ok(known.unwrap_or_else(|| {
            self.points.push(Some((lat, lon)));
            self.points.len() - 1
        }))
    }

    /// A place of the matrix of which one also knows where it is: then ways from there to points
    /// that are in no matrix can be counted.
    pub fn number_at(&mut self, number: usize, lat: f64, lon: f64) -> Result<usize, BadRow> {
        let number = self.number(number)?;
        self.looked_at(lat, lon)?;
        if *self.points[number].get_or_insert((lat, lon)) != (lat, lon) {
            return Err(BadRow::new("place.elsewhere").about(number));
        }
        Ok(number)
    }

    /// Nobody lives where the equator meets Greenwich: it is what stands there when nothing does.
    fn looked_at(&self, lat: f64, lon: f64) -> Result<(), BadRow> {
        let value = format!("{lat},{lon}");
        if lat == 0.0 && lon == 0.0 {
            return Err(BadRow::new("place.zero_zero").about(value));
        }
        let Bounds { south, north, west, east } = self.bounds;
        if !(south..=north).contains(&lat) || !(west..=east).contains(&lon) {
            return Err(BadRow::new("place.outside").about(value));
        }
        Ok(())
    }

    /// Those of the matrix first.
    pub fn points(&self) -> &[Option<(f64, f64)>] {
        &self.points
    }
}

#[cfg(test)]
mod tests {
    use super::{Bounds, Places};

    #[test]
    fn a_place_is_known_again_and_a_wrong_one_is_refused() {
        let mut places = Places::new(0, Bounds::CHINA);
        assert_eq!(places.point(22.3, 113.5), Ok(0));
        assert_eq!(places.point(22.4, 113.5), Ok(1));
        assert_eq!(places.point(22.3, 113.5), Ok(0));
        let mut said = |lat, lon| places.point(lat, lon).map_err(|it| it.code);
        assert_eq!(said(0.0, 0.0), Err("place.zero_zero"));
        assert_eq!(said(113.5, 22.3), Err("place.outside"));
        assert_eq!(said(f64::NAN, 113.0), Err("place.outside"));
        assert!(places.number(0).is_err());
        let mut listed = Places::new(2, Bounds::CHINA);
        assert_eq!(listed.number(1), Ok(1));
        assert!(listed.number(2).is_err());
        assert_eq!(listed.point(22.3, 113.5), Ok(2));
        assert_eq!(listed.number_at(0, 22.4, 113.5), Ok(0));
        assert_eq!(listed.point(22.4, 113.5), Ok(0));
        let elsewhere = listed.number_at(0, 22.5, 113.5);
        assert_eq!(elsewhere.map_err(|it| it.code), Err("place.elsewhere"));
        listed.close(0);
        assert!(listed.number(0).is_err());
        assert_eq!(listed.point(22.4, 113.5), Ok(3));
    }
}
