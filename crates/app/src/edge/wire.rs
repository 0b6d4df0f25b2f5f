//! The wire to whoever asks: how many there are at once, and when one is cut. A browser that went
//! to sleep, a line that broke, somebody who sends a letter a minute or never reads what they
//! asked for: each holds a place, and none of them for ever.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum_server::accept::Accept;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, Sleep, sleep},
};

/// So many wires at once. An ordinary process may hold 1,024 files open, and the database and
/// the pictures need theirs.
const MOST: usize = 800;

/// How long is waited for the other end.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For somebody who takes nothing of what they asked for.
    pub unread: Duration,
    /// For somebody who neither sends nor takes: longer than any answer takes to make.
    pub silent: Duration,
}

const USUAL: Patience =
    Patience { unread: Duration::from_secs(30), silent: Duration::from_secs(90) };

const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n\
    Content-Length: 0\r\nConnection: close\r\n\r\n";

/// Gives everybody who comes a wire, as long as there are any.
#[derive(Clone)]
pub struct Gate {
    places: Arc<Semaphore>,
    /// Whether one may say why not in plain HTTP.
    plain: bool,
}

impl Gate {
    pub fn new(plain: bool) -> Gate {
        Gate { places: Arc::new(Semaphore::new(MOST)), plain }
    }
}

impl<S> Accept<TcpStream, S> for Gate {
    type Stream = Wire<TcpStream>;
    type Service = S;
    type Future = std::future::Ready<io::Result<(Wire<TcpStream>, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        std::future::ready(match Arc::clone(&self.places).try_acquire_owned() {
            Ok(place) => Ok((Wire::new(stream, USUAL).holding(place), service)),
            Err(_) => {
                if self.plain {
                    let _ = stream.try_write(FULL);
                }
                Err(io::ErrorKind::ConnectionRefused.into())
            }
        })
    }
}

/// A stream that ends by itself when nothing comes of it.
pub struct Wire<S> {
    stream: S,
    patience: Patience,
    /// Nothing was answered yet: until then what is sent is no sign of life.
    fresh: bool,
    silent: Pin<Box<Sleep>>,
    unread: Option<Pin<Box<Sleep>>>,
    _place: Option<OwnedSemaphorePermit>,
}

impl<S> Wire<S> {
    pub fn new(stream: S, patience: Patience) -> Wire<S> {
        let silent = Box::pin(sleep(patience.silent));
        Wire { stream, patience, fresh: true, silent, unread: None, _place: None }
    }

    /// With its place among all wires, which comes free with it.
    fn holding(mut self, place: OwnedSemaphorePermit) -> Wire<S> {
        self._place = Some(place);
        self
    }

    fn stir(&mut self) {
        self.silent.as_mut().reset(Instant::now() + self.patience.silent);
    }

    /// What came of writing: a start, or one more moment in which nobody read.
    fn written(
        &mut self,
        cx: &mut Context<'_>,
        wrote: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if wrote.is_pending() {
            let patience = self.patience.unread;
            let unread = self.unread.get_or_insert_with(|| Box::pin(sleep(patience)));
            ready!(unread.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        self.fresh = false;
        self.unread = None;
        self.stir();
        wrote
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if read.is_ready() {
            if !self.fresh {
                self.stir();
            }
            return read;
        }
        ready!(self.silent.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.written(cx, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
