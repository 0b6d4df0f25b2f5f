//! A browser reduced to what a measurement needs: HTTP/1.1 over one connection that is kept.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

/// Nothing that is measured takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Client {
    stream: BufReader<TcpStream>,
    /// Who asks: a header line, `authorization: Bearer …` or `cookie: …`.
    who: String,
}

pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

impl Client {
    pub fn connect(at: SocketAddr, who: &str) -> Result<Client> {
        let stream = TcpStream::connect(at).context("connecting")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Client { stream: BufReader::new(stream), who: who.to_owned() })
    }

    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask("GET", path, "", "")
    }

    /// `kind` is the type of the body.
    pub fn ask(&mut self, method: &str, path: &str, kind: &str, body: &str) -> Result<Answer> {
        let mut text = format!("{method} {path} HTTP/1.1\r\nhost: bench\r\n");
        if !self.who.is_empty() {
            text += &format!("{}\r\n", self.who);
        }
        if !kind.is_empty() {
            text += &format!("content-type: {kind}\r\ncontent-length: {}\r\n", body.len());
        }
        text += "accept-language: zh-CN\r\n\r\n";
        text += body;
        self.stream.get_mut().write_all(text.as_bytes()).context("asking")?;
        self.answer()
    }

    fn answer(&mut self) -> Result<Answer> {
        let mut head = String::new();
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).context("reading the head")? == 0 {
                bail!("the server hung up");
            }
            if line == "\r\n" {
                break;
            }
            head += &line;
        }
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).context("a status")?;
        let mut answer = Answer { status, head, body: String::new() };
        let body = match answer.header("content-length") {
            Some(length) => self.bytes(length.parse().context("a length")?)?,
            None if answer.header("transfer-encoding") == Some("chunked") => self.chunks()?,
            None => Vec::new(),
        };
        answer.body = String::from_utf8_lossy(&body).into_owned();
        Ok(answer)
    }

    fn bytes(&mut self, length: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).context("reading the body")?;
        Ok(bytes)
    }

    fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut all = Vec::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).context("reading a chunk")?;
            let length = usize::from_str_radix(line.trim(), 16).context("a chunk's length")?;
            let mut chunk = self.bytes(length + 2)?;
            chunk.truncate(length);
            if chunk.is_empty() {
                return Ok(all);
            }
            all.append(&mut chunk);
        }
    }
}
