//! Results as a table that can be pasted into a document.

pub struct Table(Vec<Vec<String>>);

impl Table {
    pub fn new(heads: &[&str]) -> Table {
        Table(vec![heads.iter().map(|it| (*it).to_owned()).collect()])
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.0.push(cells.into_iter().collect());
    }

    pub fn text(&self) -> String {
        let mut lines: Vec<String> =
            self.0.iter().map(|row| format!("| {} |", row.join(" | "))).collect();
        let width = self.0.first().map_or(0, Vec::len);
        lines.insert(1, format!("|{}", "---|".repeat(width)));
        lines.join("\n")
    }
}
