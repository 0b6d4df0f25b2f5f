//! A place on the map and how far it is to another, for the choice of a near technician or outlet.
//!
//! Source: the great-circle distance (haversine) on a sphere of the Earth's mean radius.

/// Degrees, north and east positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub lat: f64,
    pub lon: f64,
}

const EARTH_RADIUS_KM: f64 = 6371.0088;

const MICRO: f64 = 1e6;

impl Point {
    /// From millionths of a degree, as places are kept.
    pub fn of_micro(lat: i64, lon: i64) -> Point {
        Point { lat: lat as f64 / MICRO, lon: lon as f64 / MICRO }
    }

    /// In millionths of a degree, north and east.
    pub fn micro(self) -> (i64, i64) {
        ((self.lat * MICRO).round() as i64, (self.lon * MICRO).round() as i64)
    }

    /// As the crow flies, in whole metres.
    pub fn metres(self, other: Point) -> i64 {
        (self.distance_km(other) * 1000.0).round() as i64
    }

    /// As the crow flies, in kilometres.
    pub fn distance_km(self, other: Point) -> f64 {
        let (lat, other_lat) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = ((other_lat - lat) / 2.0).sin();
        let half_lon = ((other.lon - self.lon).to_radians() / 2.0).sin();
        let h = half_lat * half_lat + lat.cos() * other_lat.cos() * half_lon * half_lon;
        2.0 * EARTH_RADIUS_KM * h.sqrt().min(1.0).asin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEIJING: Point = Point { lat: 39.9042, lon: 116.4074 };
    const GUANGZHOU: Point = Point { lat: 23.1291, lon: 113.2644 };

    #[test]
    fn beijing_lies_about_1890_km_from_guangzhou() {
        let km = BEIJING.distance_km(GUANGZHOU);
        assert!((1885.0..1895.0).contains(&km), "{km}");
        assert!((km - GUANGZHOU.distance_km(BEIJING)).abs() < 1e-9);
    }

    #[test]
    fn a_degree_of_latitude_is_111_km_and_no_way_is_none() {
        let north = Point { lat: BEIJING.lat + 1.0, ..BEIJING };
        assert!((BEIJING.distance_km(north) - 111.195).abs() < 0.01);
        assert_eq!(BEIJING.distance_km(BEIJING), 0.0);
    }

    #[test]
    fn a_place_is_the_same_after_it_was_kept() {
        let (lat, lon) = BEIJING.micro();
        assert_eq!(Point::of_micro(lat, lon).micro(), (39_904_200, 116_407_400));
        assert_eq!(BEIJING.metres(Point { lat: BEIJING.lat + 1.0, ..BEIJING }), 111_195);
    }

    #[test]
    fn the_other_side_of_the_earth_is_half_its_girth_away() {
        let (here, there) = (Point { lat: 0.0, lon: 0.0 }, Point { lat: 0.0, lon: 180.0 });
        assert!((here.distance_km(there) - 20015.1).abs() < 0.1);
    }
}
