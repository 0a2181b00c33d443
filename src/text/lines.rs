//! Lines of a file that changed.

use similar::TextDiff;

/// The changed lines of one file, and the places where lines were removed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines {
    /// First and last, one-based, in order.
    ranges: Vec<(usize, usize)>,
    /// The lines after which lines were removed, in order; 0 is the beginning of the file.
    gaps: Vec<usize>,
}

impl Lines {
    /// Every line.
    pub fn all() -> Self {
        Self { ranges: vec![(1, usize::MAX)], gaps: Vec::new() }
    }

    /// Adds a hunk: `count` new lines starting at line `start`; if `count` is 0, lines were removed after `start`.
    pub fn add(&mut self, start: usize, count: usize) {
        match count {
            0 => self.gaps.push(start),
            count => self.ranges.push((start, start.saturating_add(count - 1))),
        }
    }

    /// The same lines after `old` became `new`, together with the lines that this change touches.
    pub fn moved(&self, old: &str, new: &str) -> Self {
        let mut moved = Self::default();
        let diff = TextDiff::from_lines(old, new);
        for change in diff.iter_all_changes() {
            let (before, after) = (change.old_index().map(|line| line + 1), change.new_index().map(|line| line + 1));
            match (before, after) {
                (None, Some(after)) => moved.add(after, 1),
                (Some(before), Some(after)) => {
                    if self.touch(before, before) {
                        moved.add(after, 1);
                    }
                    if self.gaps.binary_search(&before).is_ok() {
                        moved.add(after, 0);
                    }
                }
                (_, None) => {}
            }
        }
        if self.gaps.first() == Some(&0) {
            moved.gaps.insert(0, 0);
        }
        moved
    }

    /// Whether one of the lines from `first` to `last` (one-based) changed, or lines were removed between them.
    pub fn touch(&self, first: usize, last: usize) -> bool {
        let range = self.ranges.partition_point(|(_, end)| *end < first);
        let gap = self.gaps.partition_point(|after| *after < first);
        self.ranges.get(range).is_some_and(|(start, _)| *start <= last)
            || self.gaps.get(gap).is_some_and(|after| *after < last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_move_with_the_text_and_changed_ones_count() {
        let mut lines = Lines::default();
        lines.add(2, 1);
        lines.add(3, 0);
        let moved = lines.moved("a\nb\nc\nd\n", "new\na\nb\nc\nd\n");
        let touched = |lines: &Lines| (1..6).filter(|line| lines.touch(*line, *line)).collect::<Vec<_>>();
        assert_eq!(touched(&moved), [1, 3]);
        assert!(moved.touch(4, 5) && !moved.touch(5, 5));
        assert_eq!(touched(&Lines::all().moved("a\n", "b\na\n")), [1, 2]);
    }

    #[test]
    fn a_range_touches_what_it_overlaps_and_a_gap_what_it_is_inside_of() {
        let mut lines = Lines::default();
        lines.add(3, 2);
        lines.add(10, 0);
        lines.add(20, 1);
        for (first, last, expected) in [
            (1, 2, false),
            (1, 3, true),
            (4, 9, true),
            (5, 9, false),
            (5, 10, false),
            (10, 11, true),
            (9, 12, true),
            (11, 19, false),
            (20, 20, true),
            (21, 99, false),
        ] {
            assert_eq!(lines.touch(first, last), expected, "{first} to {last}");
        }
        assert!(Lines::all().touch(7, 7));
        assert!(!Lines::default().touch(1, usize::MAX));
    }
}
