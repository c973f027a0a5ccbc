//! Texts that are nearly right: files without mistakes, in which pieces were moved, doubled, lost and put in.

use super::run::Target;

/// Longer texts cost time and find nothing more.
const LONGEST: usize = 1 << 13;

/// SplitMix64: small, and the same everywhere.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).expect("less than a `usize`")
    }

    fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }

    fn word<'d>(&mut self, dictionary: &[&'d str]) -> &'d str {
        dictionary[self.below(dictionary.len())]
    }

    /// A boundary between two characters of `text`.
    fn place(&mut self, text: &str) -> usize {
        boundary(text, self.below(text.len() + 1))
    }

    /// Two boundaries with mostly few bytes between them.
    fn range(&mut self, text: &str) -> std::ops::Range<usize> {
        let start = self.place(text);
        let longest = *self.one_of(&[0, 1, 3, 12, 60, 500]);
        let end = (start + self.below(longest + 1)).min(text.len());
        start..boundary(text, end).max(start)
    }

    /// The start of a line and the end of one behind it.
    fn lines(&mut self, text: &str) -> std::ops::Range<usize> {
        let at = self.place(text);
        let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
        let mut end = at;
        for _ in 0..=self.below(3) {
            end = text[end..].find('\n').map_or(text.len(), |length| end + length + 1);
        }
        start..end
    }
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A new text, made of one of `seeds`.
pub(super) fn text(random: &mut Random, seeds: &[String], dictionary: &[&str]) -> String {
    let mut text = random.one_of(seeds).clone();
    if random.below(4) == 0 {
        // A part of a file is a file too.
        let lines = random.lines(&text);
        text = text[lines].to_owned();
    }
    let most = *random.one_of(&[1, 3, 8]);
    for _ in 0..=random.below(most) {
        change(random, &mut text, seeds, dictionary);
    }
    text.truncate(boundary(&text, text.len().min(LONGEST)));
    text
}

fn change(random: &mut Random, text: &mut String, seeds: &[String], dictionary: &[&str]) {
    match random.below(10) {
        0 => text.replace_range(random.range(text), ""),
        1 | 2 => text.replace_range(random.range(text), random.word(dictionary)),
        3 => {
            let pieces: String = (0..=random.below(6)).map(|_| random.word(dictionary)).collect();
            text.insert_str(random.place(text), &pieces);
        }
        4 => {
            let copied = text[random.range(text)].repeat(1 + random.below(4));
            text.insert_str(random.place(text), &copied);
        }
        5 => {
            let lines = random.lines(text);
            let copied = text[lines].to_owned();
            text.insert_str(random.place(text), &copied);
        }
        6 => text.replace_range(random.lines(text), ""),
        7 => {
            let other = random.one_of(seeds);
            let from = random.place(other);
            let at = random.place(text);
            text.truncate(at);
            text.push_str(&other[from..]);
        }
        8 => {
            let other = random.one_of(seeds);
            let part = other[random.lines(other)].to_owned();
            text.insert_str(random.place(text), &part);
        }
        _ => {
            let c =
                char::from_u32(u32::try_from(random.below(0x300)).unwrap_or_default()).unwrap_or('\u{fffd}');
            text.insert(random.place(text), c);
        }
    }
}

/// Every word of the dictionary of `target`, and some pairs of them, over and over, alone and within a file.
pub(super) fn repetitions(target: &Target, length: usize) -> Vec<String> {
    let mut random = Random::new(1);
    let mut texts = Vec::new();
    let seeds = target.seeds();
    for word in target.dictionary {
        let other = random.word(target.dictionary);
        for piece in [(*word).to_owned(), format!("{word}{other}")] {
            texts.push(piece.repeat(length / piece.len().max(1)));
        }
        let seed = random.one_of(&seeds);
        let at = random.place(seed);
        let many = word.repeat(length / word.len().max(1));
        texts.push(format!("{}{many}{}", &seed[..at], &seed[at..]));
    }
    texts
}
