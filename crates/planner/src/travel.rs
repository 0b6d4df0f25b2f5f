//! How long it takes from place to place, when one sets off at a given time; and how far it is.
//!
//! A drive is counted in time units of undisturbed driving. Where the speed depends on the hour,
//! rates say how much of it is done in a unit of time; who sets off later never arrives earlier.

use std::sync::Arc;

use crate::bad_row::BadRow;

pub type Time = i64;

/// Later than anything. Adding a day to it does not overflow.
pub const NEVER: Time = i64::MAX / 4;

/// Where nobody knows the way: longer than any shift.
pub(crate) const NO_WAY: i32 = 1 << 30;

#[derive(Debug, Clone)]
pub struct Travel {
    places: usize,
    legs: Legs,
    /// For the exact lengths of plane problems.
    plane: Option<Plane>,
    /// From when on, in thousandths of the undisturbed speed. Empty: always undisturbed.
    rates: Vec<(Time, i64)>,
    length_per_unit: f64,
}

#[derive(Debug, Clone)]
enum Legs {
    /// From each place to all, and to each place from all.
    Matrix { from: Arc<[i32]>, to: Arc<[i32]> },
    /// Unit vectors, and time units for a unit of chord on the sphere's surface.
    Sphere { points: Arc<[[f64; 3]]>, per_radian: f64 },
}

#[derive(Debug, Clone)]
struct Plane {
    points: Vec<(f64, f64)>,
    truncated: bool,
}

/// The drives from or to one place.
pub(crate) enum Row<'t> {
    Listed(&'t [i32]),
    Sphere(&'t Travel, usize),
}

/// More places than this are computed when asked, not kept: the matrix would not fit.
const KEPT: usize = 6_000;
const EARTH_METRES: f64 = 6_371_008.8;
/// What a full rate is called.
pub const FULL: i64 = 1000;

impl Travel {
    /// On the plane, as in the literature: lengths are times. In millionths of a unit, rounded up,
    /// or truncated to whole tenths.
    pub fn plane(points: Vec<(f64, f64)>, truncated: bool) -> Travel {
        let scale = if truncated { TENTHS } else { PLANE_SCALE };
        let drive = |a: (f64, f64), b: (f64, f64)| {
            let length = (a.0 - b.0).hypot(a.1 - b.1) * scale;
            if truncated { (length + 1e-9).floor() as i32 } else { (length - 1e-6).ceil() as i32 }
        };
        let from: Arc<[i32]> =
            points.iter().flat_map(|a| points.iter().map(|b| drive(*a, *b))).collect();
        let places = points.len();
        let legs = Legs::Matrix { to: from.clone(), from };
        let plane = Some(Plane { points, truncated });
        Travel { places, legs, plane, rates: vec![], length_per_unit: 1.0 / scale }
    }

    /// From a matrix of seconds. `metres_per_second` turns them into lengths.
    pub fn matrix(rows: &[Vec<i64>], metres_per_second: f64) -> Result<Travel, BadRow> {
        let places = rows.len();
        let mut from = vec![0; places * places];
        let mut to = from.clone();
        for (a, row) in rows.iter().enumerate() {
            let at = format!("matrix[{a}]");
            if row.len() != places {
                return Err(BadRow::new("matrix.not_square").at(at).about(row.len()));
            }
            for (b, drive) in row.iter().enumerate() {
                let short = i32::try_from(*drive).ok().filter(|it| *it >= 0);
                let drive =
                    short.ok_or_else(|| BadRow::new("matrix.negative").at(&*at).about(drive))?;
                (from[a * places + b], to[b * places + a]) = (drive, drive);
            }
        }
        let legs = Legs::Matrix { from: from.into(), to: to.into() };
        let length_per_unit = metres_per_second;
        Ok(Travel { places, legs, plane: None, rates: vec![], length_per_unit })
    }

    /// On the earth, from latitudes and longitudes in degrees: great circles × road factor.
    pub fn sphere(points: &[(f64, f64)], road_factor: f64, metres_per_second: f64) -> Travel {
        let unit = |(lat, lon): &(f64, f64)| {
            let (lat, lon) = (lat.to_radians(), lon.to_radians());
            [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
        };
        let points: Arc<[[f64; 3]]> = points.iter().map(unit).collect();
        let places = points.len();
        let per_radian = EARTH_METRES * road_factor / metres_per_second;
        let legs = Legs::Sphere { points, per_radian };
        let length_per_unit = metres_per_second;
        let travel = Travel { places, legs, plane: None, rates: vec![], length_per_unit };
        if places > KEPT { travel } else { travel.kept() }
    }

    /// With the points that are not yet places of it, as many as are missing. Of a place that is
    /// nowhere, only the ways of the matrix are known.
    #[must_use]
    pub fn with_points(self, points: &[Option<(f64, f64)>], road_factor: f64) -> Travel {
        let (known, places) = (self.places, points.len());
        if places <= known || self.plane.is_some() {
            return self;
        }
        // Who is nowhere lies at the pole, and is not asked.
        let located: Vec<(f64, f64)> = points.iter().map(|it| it.unwrap_or((90.0, 0.0))).collect();
        let speed = self.length_per_unit;
        let flown = Travel::sphere(&located, road_factor, speed);
        if known == 0 || matches!(self.legs, Legs::Sphere { .. }) {
            return flown.with_rates(self.rates);
        }
        let drive = |a: usize, b: usize| match (points[a], points[b]) {
            _ if a < known && b < known => self.drive(a, b) as i32,
            (Some(_), Some(_)) => flown.drive(a, b) as i32,
            _ if a == b => 0,
            _ => NO_WAY,
        };
        let pairs = (0..places).flat_map(|a| (0..places).map(move |b| (a, b)));
        let from = pairs.clone().map(|(a, b)| drive(a, b)).collect();
        let to = pairs.map(|(a, b)| drive(b, a)).collect();
        let legs = Legs::Matrix { from, to };
        Travel { places, legs, plane: None, rates: self.rates, length_per_unit: speed }
    }

    fn kept(mut self) -> Travel {
        let all = 0..self.places;
        let drives = all.clone().flat_map(|a| all.clone().map(move |b| (a, b)));
        let from: Arc<[i32]> = drives.map(|(a, b)| self.drive(a, b) as i32).collect();
        self.legs = Legs::Matrix { to: from.clone(), from };
        self
    }

    /// Rates from given times on, in thousandths; before the first the first holds.
    #[must_use]
    pub fn with_rates(mut self, rates: Vec<(Time, i64)>) -> Travel {
        let even = rates.iter().all(|it| it.1 == FULL);
        self.rates = if even { vec![] } else { rates };
        self
    }

    pub fn rates(&self) -> &[(Time, i64)] {
        &self.rates
    }

    pub fn places(&self) -> usize {
        self.places
    }

    /// Times have no days and hours then.
    pub fn is_plane(&self) -> bool {
        self.plane.is_some()
    }

    /// What a plan from elsewhere may differ in its times by rounding.
    pub fn tolerance(&self) -> Time {
        match &self.plane {
            Some(Plane { truncated: false, .. }) => ROUNDING,
            _ => 0,
        }
    }

    /// What a unit of time is in the file's own numbers.
    pub fn unit(&self) -> f64 {
        if self.plane.is_some() { self.length_per_unit } else { 1.0 }
    }

    pub fn changes_with_the_hour(&self) -> bool {
        !self.rates.is_empty()
    }

    /// There is as far as back.
    pub(crate) fn is_even(&self) -> bool {
        self.plane.is_some() || matches!(self.legs, Legs::Sphere { .. })
    }

    /// Undisturbed.
    pub fn drive(&self, from: usize, to: usize) -> i64 {
        match &self.legs {
            Legs::Matrix { from: drives, .. } => i64::from(drives[from * self.places + to]),
            Legs::Sphere { points, per_radian } => {
                let chord = chord_squared(&points[from], &points[to]);
                (2.0 * (chord.sqrt() / 2.0).min(1.0).asin() * per_radian).round() as i64
            }
        }
    }

    pub(crate) fn from(&self, place: usize) -> Row<'_> {
        match &self.legs {
            Legs::Matrix { from, .. } => {
                Row::Listed(&from[place * self.places..(place + 1) * self.places])
            }
            Legs::Sphere { .. } => Row::Sphere(self, place),
        }
    }

    pub(crate) fn to(&self, place: usize) -> Row<'_> {
        match &self.legs {
            Legs::Matrix { to, .. } => {
                Row::Listed(&to[place * self.places..(place + 1) * self.places])
            }
            Legs::Sphere { .. } => Row::Sphere(self, place),
        }
    }

    /// In the file's own numbers, or in metres.
    pub fn length(&self, from: usize, to: usize) -> f64 {
        match &self.plane {
            Some(Plane { points, truncated: false }) => {
                let (a, b) = (points[from], points[to]);
                (a.0 - b.0).hypot(a.1 - b.1)
            }
            // A division is exact where a multiplication by a tenth is not.
            Some(_) => self.drive(from, to) as f64 / TENTHS,
            None => self.drive(from, to) as f64 * self.length_per_unit,
        }
    }

    /// When one arrives who sets off then.
    #[inline]
    pub fn arrive(&self, depart: Time, drive: i64) -> Time {
        if self.rates.is_empty() || depart >= NEVER {
            return depart + drive;
        }
        self.finish(depart, drive * FULL)
    }

    /// When one must set off at the latest to be there in time.
    #[inline]
    pub fn depart(&self, arrive: Time, drive: i64) -> Time {
        if self.rates.is_empty() || arrive <= -NEVER {
            return arrive - drive;
        }
        self.depart_for(arrive, drive * FULL)
    }

    /// The latest time from which on this much gets done, in thousandths.
    pub(crate) fn depart_for(&self, arrive: Time, thousandths: i64) -> Time {
        if self.rates.is_empty() {
            return arrive - (thousandths + FULL - 1) / FULL;
        }
        let mut rest = thousandths;
        let (mut at, mut part) = (arrive, self.part_of(arrive));
        loop {
            let (since, rate) = self.rates[part];
            let since = if part == 0 { -NEVER } else { since };
            if (at - since).saturating_mul(rate) >= rest {
                return at - (rest + rate - 1) / rate;
            }
            rest -= (at - since) * rate;
            (at, part) = (since, part - 1);
        }
    }

    /// How much gets done from one time to another, in thousandths.
    pub(crate) fn progress(&self, from: Time, to: Time) -> i64 {
        if self.rates.is_empty() {
            return (to - from) * FULL;
        }
        let (mut at, mut part, mut done) = (from, self.part_of(from), 0);
        while at < to {
            let until = self.rates.get(part + 1).map_or(NEVER, |it| it.0).min(to);
            done += (until - at) * self.rates[part].1;
            (at, part) = (until, part + 1);
        }
        done
    }

    /// When the rest of a drive is done, in thousandths.
    pub(crate) fn finish(&self, from: Time, thousandths: i64) -> Time {
        if self.rates.is_empty() {
            return from + (thousandths + FULL - 1) / FULL;
        }
        let (mut at, mut part, mut rest) = (from, self.part_of(from), thousandths);
        loop {
            let rate = self.rates[part].1;
            let until = self.rates.get(part + 1).map_or(NEVER, |it| it.0);
            if (until - at).saturating_mul(rate) >= rest {
                return at + (rest + rate - 1) / rate;
            }
            rest -= (until - at) * rate;
            (at, part) = (until, part + 1);
        }
    }

    fn part_of(&self, at: Time) -> usize {
        self.rates.partition_point(|it| it.0 <= at).saturating_sub(1)
    }
}

/// Millionths: finer than anybody checks, and a day still fits.
const TENTHS: f64 = 10.0;
const PLANE_SCALE: f64 = 1e6;
const ROUNDING: Time = 1000;

fn chord_squared(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    (0..3).map(|it| (a[it] - b[it]).powi(2)).sum()
}

/// Parts of a squared chord that tell apart what is a metre further.
const CHORD_PARTS: f64 = 1e17;

impl Row<'_> {
    /// More the further away: to sort by. The drive itself, or where that has to be computed,
    /// something cheaper: all pairs of ten thousand places are asked for.
    #[inline]
    pub fn farness(&self, place: usize) -> i64 {
        match self {
            Row::Listed(drives) => i64::from(drives[place]),
            Row::Sphere(travel, here) => match &travel.legs {
                Legs::Sphere { points, .. } => {
                    (chord_squared(&points[*here], &points[place]) * CHORD_PARTS) as i64
                }
                Legs::Matrix { .. } => travel.drive(*here, place),
            },
        }
    }

    #[inline]
    pub fn get(&self, place: usize) -> i64 {
        match self {
            Row::Listed(drives) => i64::from(drives[place]),
            Row::Sphere(travel, here) => travel.drive(*here, place),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FULL, Travel};

    fn rush_hour() -> Travel {
        let rates = vec![(0, FULL), (1000, 500), (2000, 1500)];
        Travel::matrix(&[vec![0, 300], vec![300, 0]], 10.0).unwrap().with_rates(rates)
    }

    #[test]
    fn a_drive_takes_longer_in_the_rush_hour() {
        let travel = rush_hour();
        for (depart, arrive) in [(0, 300), (700, 1000), (850, 1300), (1000, 1600), (1800, 2134)] {
            assert_eq!(travel.arrive(depart, 300), arrive, "{depart}");
        }
    }

    #[test]
    fn the_latest_departure_is_the_last_that_arrives_in_time() {
        let travel = rush_hour();
        for by in 350..3000 {
            let depart = travel.depart(by, 300);
            assert!(travel.arrive(depart, 300) <= by, "{by}");
            assert!(travel.arrive(depart + 1, 300) > by, "{by}");
        }
    }

    #[test]
    fn lengths_of_the_plane_are_exact_or_in_tenths() {
        let points = vec![(0.0, 0.0), (1.0, 1.0)];
        assert_eq!(Travel::plane(points.clone(), false).length(0, 1), 2.0_f64.sqrt());
        assert_eq!(Travel::plane(points, true).length(0, 1), 1.4);
    }

    #[test]
    fn beside_a_matrix_ways_are_counted_between_points_and_others_are_not_known() {
        let known = Some((22.0, 113.0));
        let travel = Travel::matrix(&[vec![0, 300], vec![400, 0]], 10.0).unwrap();
        let travel = travel.with_points(&[None, known, Some((23.0, 113.0))], 1.0);
        assert_eq!(travel.places(), 3);
        assert_eq!((travel.drive(0, 1), travel.drive(1, 0)), (300, 400));
        assert_eq!((travel.drive(1, 2), travel.drive(2, 1)), (11_120, 11_120));
        assert_eq!((travel.drive(0, 2), travel.drive(2, 2)), (i64::from(super::NO_WAY), 0));
        assert_eq!((travel.from(1).get(0), travel.to(1).get(0)), (400, 300));
    }

    #[test]
    fn a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() {
        let travel = Travel::sphere(&[(22.0, 113.0), (23.0, 113.0)], 1.0, 10.0);
        assert_eq!(travel.drive(0, 1), 11_120);
        assert_eq!(travel.length(0, 1), 111_200.0);
    }

    #[test]
    fn what_is_further_is_further_also_where_it_is_not_kept() {
        let points: Vec<(f64, f64)> =
            (0..super::KEPT + 1).map(|it| (22.0, 113.0 + it as f64 * 1e-4)).collect();
        let travel = Travel::sphere(&points, 1.3, 8.0);
        let row = travel.from(0);
        assert!(matches!(row, super::Row::Sphere(..)));
        for place in 1..points.len() {
            assert!(row.farness(place) > row.farness(place - 1), "{place}");
        }
    }
}
