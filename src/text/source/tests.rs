#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that panics fails"
)]

use super::*;

fn decode(disk: &[u8]) -> Result<Source, DecodeError> {
    Source::decode(disk.to_vec())
}

#[test]
fn accepted_files_encode_to_the_bytes_that_they_came_from() {
    let every_byte: Vec<u8> = (1..=255).filter(|byte| *byte != b'\r').collect();
    let latin = [b"# coding: latin-1\n".as_slice(), &every_byte].concat();
    let cases: &[&[u8]] = &[
        b"",
        b"x = 1",
        b"\xef\xbb\xbfx = 1\r\n",
        b"\xef\xbb\xbf# -*- coding: utf-8 -*-\nx = '\xc3\xa9'\n",
        b"#!/usr/bin/python\n# vim: set fileencoding=iso-8859-15 :\nx = '\xa4'\n",
        b"# coding=cp1252\nx = '\x80'\n",
        b"# -*- coding: koi8-r -*-\nx = '\xc1\xc2'\n",
        b"# -*- coding: euc_jp -*-\nx = '\xa4\xa2\xa4\xa4'\n",
        b"# -*- coding: shift_jis -*-\nx = '\x82\xa0\x82\xa2\x83\x5c'\n",
        b"# -*- coding: gbk -*-\nx = '\xc4\xe3\xba\xc3'\n",
        b"# -*- coding: big5 -*-\nx = '\xa7\x41\xa6\x6e'\n",
        b"# coding: ascii\nx = 1\n",
        b"# coding: utf-8-unix\nx = '\xc3\xa9'\n",
        &latin,
    ];
    for disk in cases {
        let source = decode(disk).unwrap_or_else(|error| panic!("{disk:?}: {error}"));
        assert_eq!(source.encode(source.text()).unwrap(), *disk);
    }
}

#[test]
fn each_refusal_says_what_and_where() {
    let cases: &[(&[u8], DecodeError)] = &[
        (b"\xff\xfex\0", DecodeError::WideBom { name: "UTF-16 (little endian)" }),
        (b"\xfe\xff\0x", DecodeError::WideBom { name: "UTF-16 (big endian)" }),
        (b"\xff\xfe\0\0x\0\0\0", DecodeError::WideBom { name: "UTF-32 (little endian)" }),
        (b"x\ny\0", DecodeError::Nul { offset: 3, line: 2 }),
        (b"x\n\n'\xe9'", DecodeError::InvalidBytes { encoding: "UTF-8".into(), byte: 0xe9, offset: 4, line: 3 }),
        (b"\xef\xbb\xbf'\xe9'", DecodeError::InvalidBytes { encoding: "UTF-8".into(), byte: 0xe9, offset: 4, line: 1 }),
        (b"#\n# coding: klingon\n", DecodeError::UnknownEncoding { name: "klingon".into(), line: 2 }),
        (b"# coding: utf-16\n", DecodeError::UnknownEncoding { name: "utf-16".into(), line: 1 }),
        (b"\xef\xbb\xbf# coding: latin-1\n", DecodeError::ContradictingCookie { name: "latin-1".into(), line: 1 }),
        (
            b"# coding: ascii\n'\xe9'",
            DecodeError::InvalidBytes { encoding: "ASCII".into(), byte: 0xe9, offset: 17, line: 2 },
        ),
        (
            b"# coding: euc-jp\n'\xa4'",
            DecodeError::InvalidBytes { encoding: "EUC-JP".into(), byte: 0xa4, offset: 18, line: 2 },
        ),
    ];
    for (disk, expected) in cases {
        assert_eq!(decode(disk).unwrap_err(), *expected, "{disk:?}");
        assert!(!expected.help().is_empty());
    }
    let large = vec![b' '; MAX_BYTES + 1];
    assert_eq!(Source::decode(large).unwrap_err(), DecodeError::TooLarge { bytes: MAX_BYTES + 1 });
}

#[test]
fn a_cookie_counts_only_where_python_reads_it() {
    assert!(decode(b"x = 1\n# coding: klingon\n").is_ok());
    assert!(decode(b"\n\n# coding: klingon\n").is_ok());
    assert!(decode(b"x = '# coding: klingon'\n").is_ok());
    assert!(decode(b"# codings: none; coding: latin-1\n'\xe9'\n").is_ok());
    assert!(decode(b"\x0c\n \t# encoding=latin-1\n'\xe9'\n").is_ok());
}

#[test]
fn offsets_on_disk_and_columns_count_what_stands_there() {
    let text = decode("é = 'é'\nab\n".as_bytes()).unwrap();
    assert_eq!(text.line_column(0), (1, 1));
    assert_eq!(text.line_column(2), (1, 2));
    assert_eq!(text.line_column(10), (2, 1));
    assert_eq!(text.line_column(1_000_000), (3, 1));
    let bom = decode(b"\xef\xbb\xbfab").unwrap();
    assert_eq!((bom.disk_offset(0), bom.disk_offset(1), bom.disk_offset(99)), (3, 4, 5));
    let latin = decode(b"# coding: latin-1\n'\xe9'x").unwrap();
    assert_eq!(latin.disk_offset(latin.text().find('x').unwrap()), 21);
    let disk = [b"# coding: euc-jp\n'".as_slice(), &b"\xa4\xa2".repeat(5000), b"'x"].concat();
    let japanese = decode(&disk).unwrap();
    let x = japanese.text().find('x').unwrap();
    assert_eq!(japanese.disk_offset(x), disk.len() - 1);
    assert_eq!(japanese.line_column(x), (2, 5003));
    assert_eq!(japanese.disk_offset(17 + 1 + 3 * 4000), 17 + 1 + 2 * 4000);
}

#[test]
fn the_first_line_decides_the_line_ending() {
    assert_eq!(decode(b"").unwrap().newline(), "\n");
    assert_eq!(decode(b"x").unwrap().newline(), "\n");
    assert_eq!(decode(b"x\r\ny\n").unwrap().newline(), "\r\n");
    assert_eq!(decode(b"x\ny\r\n").unwrap().newline(), "\n");
}

#[test]
fn a_character_that_the_encoding_lacks_is_refused() {
    let source = decode(b"# coding: cp1252\n").unwrap();
    let error = source.encode("x = '\u{3042}'").unwrap_err();
    assert_eq!(error, DecodeError::Unencodable { encoding: "windows-1252".into(), character: '\u{3042}' });
}

#[test]
fn a_text_in_memory_is_the_source_that_its_file_would_be() {
    for text in [
        "x = 'ä'\n",
        "# coding: latin-1\nx = 'ä'\n",
        "\u{feff}# coding: utf-8\nx = 'ä'\n",
        "# coding: cp1251\nx = 'я'\n",
    ] {
        let source = Source::from_text(text).unwrap();
        let saved = Source::decode(on_disk(text).unwrap()).unwrap();
        assert_eq!(source.text(), text.trim_start_matches('\u{feff}'));
        let end = source.text().len();
        assert_eq!((source.text(), source.disk_offset(end)), (saved.text(), saved.disk_offset(end)), "{text}");
    }
    assert_eq!(on_disk("# coding: latin-1\nx = 'ä'\n").unwrap(), b"# coding: latin-1\nx = '\xe4'\n");
    for (text, refused) in [("# coding: latin-1\nя", "ISO-8859-1"), ("# coding: klingon\n", "klingon"), ("a\0", "NUL")]
    {
        let error = Source::from_text(text).unwrap_err().to_string();
        assert!(error.contains(refused), "{error}");
    }
    let marked = Source::from_text("\u{feff}# coding: latin-1\n").unwrap_err();
    assert!(matches!(marked, DecodeError::ContradictingCookie { .. }), "{marked}");
}
