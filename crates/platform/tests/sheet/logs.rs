//! Event logs.

use encoding_rs::GB18030;
use platform::sheet::trouble;

use crate::kit::{code, good, plain, row};

const LOG: &str = r#"<!-- made by hand -->
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
  <string key="concept:name" value="the log's own name"/>
  <trace>
    <string key="concept:name" value="C-1"/><string key="产品" value="家用空调"/>
    <event>
      <string key="concept:name" value="报修"/><string key="org:resource" value="小王"/>
      <string key="org:group" value="热线"/>
      <date key="time:timestamp" value="2026-01-10T08:00:00+08:00"/>
      <string key="note" value="a &lt; b &#x683C;"><string key="in" value="passed over"/></string>
      <list key="l"><string key="in list" value="passed over"/></list>
      <int key="level" value="3"/><boolean key="paid" value="false"/>
    </event>
    <event/>
  </trace>
  <trace/>
  <trace>
    <event><string key="case" value="its own"/><float key="level" value="1.5"/></event>
    <string key="concept:name" value="C-2"/>
    <event><string key="concept:name" value="完成"/></event>
  </trace>
  <event><string key="concept:name" value="outside"/></event>
</log>"#;

#[test]
fn every_event_is_a_row() {
    let sheet = plain("log.xes", LOG).unwrap();
    let standard = ["case", "activity", "at", "person", "group"];
    let own = ["note", "level", "paid", "case:产品", "case#2"];
    assert_eq!(sheet.headings(), [&standard[..], &own[..]].concat());
    let at = "2026-01-10T08:00:00+08:00";
    assert_eq!(
        good(&sheet),
        [
            row(2, &["C-1", "报修", at, "小王", "热线", "a < b 格", "3", "false", "家用空调", ""]),
            row(3, &["C-1", "", "", "", "", "", "", "", "家用空调", ""]),
            row(4, &["", "", "", "", "", "", "1.5", "", "", "its own"]),
            row(5, &["C-2", "完成", "", "", "", "", "", "", "", ""]),
            row(6, &["", "outside", "", "", "", "", "", "", "", ""]),
        ]
    );
}

#[test]
fn a_log_may_be_written_in_other_letters() {
    let declared = format!("<?xml version=\"1.0\" encoding=\"GB2312\"?>{LOG}");
    let gb = GB18030.encode(&declared).0.into_owned();
    let wide = format!("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-16\"?>{LOG}");
    let wide: Vec<u8> = wide.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let expected = good(&plain("log.xes", LOG).unwrap());
    for bytes in [gb, wide] {
        assert_eq!(good(&plain("log.xes", bytes).unwrap()), expected);
    }
}

#[test]
fn a_log_that_ends_too_early_or_makes_no_sense_is_refused() {
    for (log, expected) in [
        ("<log><trace><event>", trouble::TRUNCATED),
        ("<log><trace></log>", trouble::DAMAGED),
        (
            "<log><trace><event><string key=\"a\" value=\"&nothing;\"/></event></trace></log>",
            trouble::DAMAGED,
        ),
        ("<log><trace><event><string key=\"a\" value=b/></event></trace></log>", trouble::DAMAGED),
        ("<html><body>sign in</body></html>", trouble::NOT_WHAT_IT_SAYS),
        ("<?xml version=\"1.0\"?><mxml/>", trouble::NOT_WHAT_IT_SAYS),
    ] {
        assert_eq!(code(plain("log.xes", log)), expected, "{log}");
    }
    let deep = format!("<log>{}", "<a>".repeat(1_000));
    assert_eq!(code(plain("log.xes", deep)), trouble::DAMAGED);
    let long = format!("<log><trace name=\"{}\"/></log>", "x".repeat(2 << 20));
    assert_eq!(code(plain("log.xes", long)), trouble::TOO_LONG);
}

#[test]
fn an_empty_log_is_a_table_without_rows() {
    assert_eq!(good(&plain("log.xes", "<log/>").unwrap()), []);
    assert_eq!(good(&plain("log.xes", "<log></log>").unwrap()), []);
}
