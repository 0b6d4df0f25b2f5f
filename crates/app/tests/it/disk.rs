//! A disk that is full, one that takes nothing, and what is done when there is room again. It
//! needs a small disk of its own, which only the superuser may make.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
};

use serde_json::{Value as Json, json};

use crate::{
    crash::{Running, program, run},
    town::{Dir, Town, skipped, wang},
};

/// A disk of so many megabytes, gone with the test.
struct Disk(PathBuf);

impl Disk {
    fn of(name: &str, megabytes: usize) -> Option<(Disk, Dir)> {
        let dir = Dir::new(name);
        let size = format!("size={megabytes}m,mode=777");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "none", &dir.0]);
        mount.stdout(Stdio::null()).stderr(Stdio::null());
        let made = mount.status().is_ok_and(|it| it.success());
        made.then(|| (Disk(PathBuf::from(&dir.0)), dir))
    }

    fn again(&self, how: &str) -> bool {
        let options = format!("remount,{how}");
        let mut mount = Command::new("mount");
        mount.args(["-o", &options]).arg(&self.0).stderr(Stdio::null());
        mount.status().unwrap().success()
    }

    /// Until nothing goes on it any more.
    fn fill(&self) -> PathBuf {
        use std::io::Write as _;
        let ballast = self.0.join("ballast");
        let mut file = fs::File::create(&ballast).unwrap();
        for size in [1 << 16, 1 << 12, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
        ballast
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).stderr(Stdio::null()).status();
    }
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn file(url: &str, token: &str, n: usize) -> (u16, bool, Json) {
    let mut body = wang();
    body["customer"]["phone"] = json!(format!("1390057{n:04}"));
    body["device"] = json!({"category": "家用空调器"});
    let sent = http().post(format!("{url}/api/v1/requests")).bearer_auth(token);
    let sent = sent.header("accept-language", "zh-CN").json(&body).send().await.unwrap();
    let again = sent.headers().contains_key("retry-after");
    (sent.status().as_u16(), again, sent.json().await.unwrap())
}

async fn photo(url: &str, token: &str, order: &str) -> (u16, Json) {
    let mut picture = Vec::new();
    // Noise, so that it weighs something.
    let noise = |x: u32, y: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) as u8;
    let drawn =
        image::RgbImage::from_fn(400, 400, |x, y| image::Rgb([noise(x, y), noise(y, x), 7]));
    let mut into = std::io::Cursor::new(&mut picture);
    drawn.write_to(&mut into, image::ImageFormat::Jpeg).unwrap();
    let mut body = b"--x\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nbefore\r\n--x\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n"
        .to_vec();
    body.extend(picture);
    body.extend(b"\r\n--x--\r\n");
    let sent = http()
        .post(format!("{url}/api/v1/orders/{order}/photos"))
        .bearer_auth(token)
        .header("content-type", "multipart/form-data; boundary=x")
        .body(body);
    let sent = sent.send().await.unwrap();
    (sent.status().as_u16(), sent.json().await.unwrap())
}

async fn orders(url: &str, token: &str) -> (u16, usize) {
    let list = http().get(format!("{url}/api/v1/orders?limit=200")).bearer_auth(token);
    let list = list.send().await.unwrap();
    let status = list.status().as_u16();
    let list: Json = list.json().await.unwrap();
    (status, list["items"].as_array().map_or(0, Vec::len))
}

fn chinese(text: &str) -> bool {
    text.chars().any(|it| it > '\u{4e00}')
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_nothing_is_lost_and_with_room_it_goes_on_by_itself() {
    let Some((disk, dir)) = Disk::of("fulldisk", 24) else {
        return skipped("a full disk: no disk may be mounted here");
    };
    let town = Town::within(dir).await;
    let order = town.on_site().await;
    let (mei, li) = (town.token("mei").to_owned(), town.token("li").to_owned());
    let server = Running::start(&town);
    let url = server.url.clone();
    assert_eq!(file(&url, &mei, 0).await.0, 201);
    for round in 0..2 {
        let ballast = disk.fill();
        // What SQLite has in its log already may take a few more.
        let mut acknowledged = orders(&url, &mei).await.1;
        let mut refused = None;
        for n in 1..400 {
            let (status, again, said) = file(&url, &mei, round * 1000 + n).await;
            if status == 201 {
                acknowledged += 1;
                continue;
            }
            assert_eq!((status, again), (503, true), "{said}");
            assert_eq!(said["code"], "database.away", "{said}");
            assert!(chinese(said["title"].as_str().unwrap()), "{said}");
            refused = Some(n);
            break;
        }
        assert!(refused.is_some(), "the disk is not full");
        let (status, said) = photo(&url, &li, &order).await;
        assert_eq!(status, 503, "{said}");
        // Whoever only looks is served, and sees what was acknowledged.
        assert_eq!(orders(&url, &mei).await, (200, acknowledged.min(200)));
        let backup = disk.0.join("house.zip");
        let saved = run(&town, &["backup", backup.to_str().unwrap()]);
        let words = String::from_utf8_lossy(&saved.stderr).into_owned();
        assert_eq!(saved.status.code(), Some(1), "{words}");
        assert!(words.contains("磁盘已满"), "{words}");
        let left: Vec<_> =
            fs::read_dir(&disk.0).unwrap().flatten().map(|it| it.file_name()).collect();
        let half = |it: &std::ffi::OsString| it.to_string_lossy().contains("house.zip");
        assert!(!left.iter().any(half), "half a backup stays: {left:?}");
        fs::remove_file(ballast).unwrap();
        // Nobody's hand: the same program, the next call.
        let (status, _, said) = file(&url, &mei, round * 1000 + 900).await;
        assert_eq!(status, 201, "{said}");
        let (status, said) = photo(&url, &li, &order).await;
        assert_eq!(status, 201, "{said}");
        assert_eq!(orders(&url, &mei).await.1, (acknowledged + 1).min(200));
    }
    drop(server);
    let check = run(&town, &["check", "--audit"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    at_the_start(&town, &disk).await;
    drop(disk);
}

/// Started on a disk that is full or takes nothing, it says so and ends, or serves what there is.
async fn at_the_start(town: &Town, disk: &Disk) {
    if disk.again("ro") {
        for (lang, word) in [("zh", "只读"), ("en", "read-only")] {
            let mut serve = program(town);
            let said = serve.args(["serve", "--listen", "127.0.0.1:0", "--lang", lang]);
            let said = said.output().unwrap();
            let words = String::from_utf8_lossy(&said.stderr).into_owned();
            assert_eq!(said.status.code(), Some(1), "{words}");
            assert!(words.contains(word), "{words}");
        }
        assert!(disk.again("rw"));
    }
    let ballast = disk.fill();
    let mut serve = program(town);
    let serve = serve.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::null());
    let mut child = serve.stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said: Vec<String> = Vec::new();
    for line in lines.map_while(Result::ok) {
        said.push(line);
        if said.iter().any(|it| it.contains("http://")) {
            break;
        }
    }
    let opened = said.last().is_some_and(|it| it.contains("http://"));
    let _ = child.kill();
    let ended = child.wait().unwrap();
    assert!(opened || ended.code() == Some(1), "{said:?}");
    assert!(opened || said.iter().any(|it| it.contains("磁盘已满")), "{said:?}");
    fs::remove_file(ballast).unwrap();
    let server = Running::start(town);
    assert_eq!(file(&server.url, town.token("mei"), 5555).await.0, 201, "and then it opens");
}
