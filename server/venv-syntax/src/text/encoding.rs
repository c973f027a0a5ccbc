//! The encodings that a comment at the start of a file can name (PEP 263), by the names that Python knows.

/// What is known of an encoding.
#[derive(Clone, Copy)]
pub(super) enum Encoding {
    Utf8,
    /// One byte is one character: which it is, of the bytes above 127.
    Bytes(fn(u8) -> Option<char>),
    /// One that is not read here, unless the text is ASCII.
    Other,
}

/// The encoding that Python knows by this name; `None` where it knows none, or one in which ASCII is not ASCII.
pub(super) fn encoding(name: &str) -> Option<Encoding> {
    let name = name.to_ascii_lowercase().replace(['-', '.'], "_");
    Some(match name.as_str() {
        "utf_8" | "utf8" | "utf" | "u8" | "cp65001" | "utf8_ucs2" | "utf8_ucs4" | "utf_8_sig" => {
            Encoding::Utf8
        }
        "ascii" | "us_ascii" | "us" | "646" | "iso646_us" | "ansi_x3_4_1968" | "ansi_x3_4_1986" | "cp367"
        | "csascii" | "ibm367" | "iso_646_irv_1991" | "iso_ir_6" => Encoding::Bytes(|_| None),
        "latin_1" | "latin1" | "latin" | "l1" | "iso8859_1" | "iso_8859_1" | "iso_8859_1_1987"
        | "iso8859" | "8859" | "cp819" | "csisolatin1" | "ibm819" | "iso_ir_100" => {
            Encoding::Bytes(|byte| Some(char::from(byte)))
        }
        "cp1252" | "windows_1252" | "1252" => Encoding::Bytes(windows_1252),
        "iso8859_15" | "iso_8859_15" | "latin9" | "l9" => Encoding::Bytes(|byte| Some(latin_9(byte))),
        _ if OTHERS.split_ascii_whitespace().any(|other| other == name) => Encoding::Other,
        _ => return None,
    })
}

/// Every other name that Python knows of an encoding in which ASCII is ASCII (CPython 3.11, `encodings.aliases`).
const OTHERS: &str = "
    1125 1250 1251 1253 1254 1255 1256 1257 1258 437 775 850 852 855 857 858 860 861 862 863 865 866 869
    932 936 949 950 arabic asmo_708 big5 big5_hkscs big5_tw big5hkscs charmap chinese cp1006 cp1051
    cp1125 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp1361 cp154 cp437 cp720 cp737 cp775
    cp850 cp852 cp855 cp856 cp857 cp858 cp860 cp861 cp862 cp863 cp865 cp866 cp866u cp869 cp874 cp932
    cp936 cp949 cp950 cp_gr cp_is csbig5 csibm855 csibm857 csibm858 csibm860 csibm861 csibm863 csibm865
    csibm866 csibm869 csiso2022jp csiso2022kr csiso58gb231280 csisolatin2 csisolatin3 csisolatin4
    csisolatin5 csisolatin6 csisolatinarabic csisolatincyrillic csisolatingreek csisolatinhebrew cskoi8r
    cspc775baltic cspc850multilingual cspc862latinhebrew cspc8codepage437 cspcp852 csptcp154 csshiftjis
    cyrillic cyrillic_asian ecma_114 ecma_118 elot_928 euc_cn euc_jis2004 euc_jis_2004 euc_jisx0213
    euc_jp euc_kr euccn eucgb2312_cn eucjis2004 eucjisx0213 eucjp euckr gb18030 gb18030_2000 gb2312
    gb2312_1980 gb2312_80 gbk greek greek8 hebrew hkscs hp_roman8 ibm1051 ibm1125 ibm437 ibm775 ibm850
    ibm852 ibm855 ibm857 ibm858 ibm860 ibm861 ibm862 ibm863 ibm865 ibm866 ibm869 iso2022_jp iso2022_jp_1
    iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext iso2022_kr iso2022jp iso2022jp_1
    iso2022jp_2 iso2022jp_2004 iso2022jp_3 iso2022jp_ext iso2022kr iso8859_10 iso8859_11 iso8859_13
    iso8859_14 iso8859_16 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8
    iso8859_9 iso_2022_jp iso_2022_jp_1 iso_2022_jp_2 iso_2022_jp_2004 iso_2022_jp_3 iso_2022_jp_ext
    iso_2022_kr iso_8859_10 iso_8859_10_1992 iso_8859_11 iso_8859_11_2001 iso_8859_13 iso_8859_14
    iso_8859_14_1998 iso_8859_16 iso_8859_16_2001 iso_8859_2 iso_8859_2_1987 iso_8859_3 iso_8859_3_1988
    iso_8859_4 iso_8859_4_1988 iso_8859_5 iso_8859_5_1988 iso_8859_6 iso_8859_6_1987 iso_8859_7
    iso_8859_7_1987 iso_8859_8 iso_8859_8_1988 iso_8859_9 iso_8859_9_1989 iso_celtic iso_ir_101
    iso_ir_109 iso_ir_110 iso_ir_126 iso_ir_127 iso_ir_138 iso_ir_144 iso_ir_148 iso_ir_157 iso_ir_166
    iso_ir_199 iso_ir_226 iso_ir_58 jisx0213 johab koi8_r koi8_t koi8_u korean ks_c_5601 ks_c_5601_1987
    ks_x_1001 ksc5601 ksx1001 kz1048 kz_1048 l10 l2 l3 l4 l5 l6 l7 l8 latin10 latin2 latin3 latin4
    latin5 latin6 latin7 latin8 mac_arabic mac_centeuro mac_croatian mac_cyrillic mac_farsi mac_greek
    mac_iceland mac_latin2 mac_roman mac_romanian mac_turkish maccentraleurope maccyrillic macgreek
    maciceland macintosh maclatin2 macroman macturkish ms1361 ms932 ms936 ms949 ms950 ms_kanji mskanji
    palmos pt154 ptcp154 r8 rk1048 roman8 ruscii s_jis shift_jis shiftjis sjis strk1048_2002 thai tis620
    tis_620 tis_620_0 tis_620_2529_0 tis_620_2529_1 u_jis uhc ujis windows_1250 windows_1251
    windows_1253 windows_1254 windows_1255 windows_1256 windows_1257 windows_1258 x_mac_japanese
    x_mac_korean x_mac_simp_chinese x_mac_trad_chinese
";

/// Only the bytes from 0x80 to 0x9f differ from Latin-1.
fn windows_1252(byte: u8) -> Option<char> {
    const TABLE: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    match byte {
        0x81 | 0x8d | 0x8f | 0x90 | 0x9d => None,
        0x80..=0x9f => TABLE.chars().nth(usize::from(byte - 0x80)),
        _ => Some(char::from(byte)),
    }
}

fn latin_9(byte: u8) -> char {
    match byte {
        0xa4 => '€',
        0xa6 => 'Š',
        0xa8 => 'š',
        0xb4 => 'Ž',
        0xb8 => 'ž',
        0xbc => 'Œ',
        0xbd => 'œ',
        0xbe => 'Ÿ',
        _ => char::from(byte),
    }
}
