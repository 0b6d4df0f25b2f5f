//! A certificate of one's own, for phones: they give place and camera only over HTTPS. An
//! authority made once signs for this machine's addresses; a page with a QR code explains how a
//! phone comes to trust it.

use std::{
    fs,
    net::{IpAddr, SocketAddr, UdpSocket},
    path::Path,
};

use anyhow::Context as _;
use axum::{Router, http::header, response::IntoResponse as _, routing::get};
use kernel::{Error, Lang, Result, Span, Time};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use qrcode::{QrCode, render::svg, render::unicode};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use sha2::{Digest as _, Sha256};

use super::{complain, place, serve};
use crate::{args, say::Say};

/// Phones refuse certificates that are good for longer.
const DAYS: i64 = 390;
const AUTHORITY_DAYS: i64 = 3650;
const STYLE: &str = include_str!("trust.css");
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'";

pub struct Trust {
    pub certificate: Vec<u8>,
    pub key: Vec<u8>,
    authority: String,
    fingerprint: String,
    /// How a phone in the same network reaches this machine.
    host: String,
    port: u16,
}

impl Trust {
    /// The authority is kept in the folder; the certificate is made anew at every start.
    pub fn make(folder: &Path, at: SocketAddr) -> Result<Trust> {
        place::make_folder(folder)?;
        let today = place::clock()();
        let key = authority_key(folder)?;
        let params = authority_params(today);
        let authority = match fs::read_to_string(folder.join("authority.pem")) {
            Ok(known) => known,
            Err(_) => {
                let made = params.self_signed(&key).map_err(failed)?.pem();
                fs::write(folder.join("authority.pem"), &made).context("authority.pem")?;
                made
            }
        };
        let host = seen_from_outside(at.ip());
        let mut names = vec!["localhost".to_owned(), "127.0.0.1".into(), host.clone()];
        names.extend(fs::read_to_string("/etc/hostname").ok().map(|it| it.trim().to_owned()));
        names.retain(|it| !it.is_empty());
        names.dedup();
        let mut own = CertificateParams::new(names).map_err(failed)?;
        good_for(&mut own, today, DAYS);
        own.distinguished_name.push(DnType::CommonName, "baoxiu");
        own.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        own.use_authority_key_identifier_extension = true;
        let own_key = KeyPair::generate().map_err(failed)?;
        let signed = own.signed_by(&own_key, &Issuer::new(params, key)).map_err(failed)?;
        Ok(Trust {
            certificate: format!("{}{authority}", signed.pem()).into_bytes(),
            key: own_key.serialize_pem().into_bytes(),
            fingerprint: fingerprint(&authority),
            authority,
            host,
            port: at.port(),
        })
    }

    /// Shows the page that explains it, on the next port, and where it is.
    pub async fn explain(&self, say: Say) -> Result<()> {
        let listener = serve::bind(&format!("0.0.0.0:{}", self.port.saturating_add(1))).await?;
        let port = listener.local_addr().context("listening")?.port();
        let here = format!("http://{}:{port}/", self.host);
        let house = format!("https://{}:{}/", self.host, self.port);
        let code = QrCode::new(here.as_bytes()).map_err(|e| Error::fault(e.to_string()))?;
        complain(&say.with("trust-open", &args! { "url" => here.clone() }));
        complain(&code.render::<unicode::Dense1x2>().build());
        complain(&say.with("trust-fingerprint", &args! { "text" => self.fingerprint.clone() }));
        let picture = code.render::<svg::Color>().min_dimensions(220, 220).build();
        let page = page(&picture, &house, &self.fingerprint).into_string();
        let router = routes(page, self.authority.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(())
    }
}

fn failed(error: rcgen::Error) -> Error {
    Error::fault(format!("making a certificate: {error}"))
}

/// The authority's key: whoever has it can speak for every site to those who trust it, so only
/// its owner reads it.
fn authority_key(folder: &Path) -> Result<KeyPair> {
    use std::io::Write as _;
    let file = folder.join("authority-key.pem");
    if let Ok(known) = fs::read_to_string(&file) {
        return KeyPair::from_pem(&known).map_err(failed);
    }
    let key = KeyPair::generate().map_err(failed)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut open = options.open(&file).with_context(|| format!("{}", file.display()))?;
    open.write_all(key.serialize_pem().as_bytes()).context("authority-key.pem")?;
    Ok(key)
}

fn authority_params(today: Time) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "baoxiu local authority");
    good_for(&mut params, today, AUTHORITY_DAYS);
    params
}

/// From yesterday on, so that a clock that is behind does not mind.
fn good_for(params: &mut CertificateParams, today: Time, days: i64) {
    let ymd = |ahead: i64| {
        let date = today.after(Span::days(ahead)).day(&jiff::tz::TimeZone::UTC).0;
        let part = |it: i8| u8::try_from(it).unwrap_or(1);
        rcgen::date_time_ymd(date.year().into(), part(date.month()), part(date.day()))
    };
    (params.not_before, params.not_after) = (ymd(-1), ymd(days));
}

/// The address by which the network knows this machine. Nothing is sent to find it out.
fn seen_from_outside(listening: IpAddr) -> String {
    if !listening.is_unspecified() {
        return listening.to_string();
    }
    let asked = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        // An address of documents: a route is chosen, no packet goes out.
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    asked.map_or_else(|_| "127.0.0.1".to_owned(), |it| it.ip().to_string())
}

/// As telephones show it: pairs of digits.
fn fingerprint(pem: &str) -> String {
    use base64::Engine as _;
    let body: String = pem.lines().filter(|it| !it.starts_with("-----")).collect();
    let der = base64::engine::general_purpose::STANDARD.decode(body).unwrap_or_default();
    let pairs: Vec<String> = Sha256::digest(&der).iter().map(|it| format!("{it:02X}")).collect();
    pairs.join(":")
}

fn routes(page: String, authority: String) -> Router {
    let html = move || {
        let page = page.clone();
        async move {
            let policy = [(header::CONTENT_SECURITY_POLICY, POLICY)];
            (policy, axum::response::Html(page)).into_response()
        }
    };
    let file = move || {
        let authority = authority.clone();
        async move {
            let kind = (header::CONTENT_TYPE, "application/x-x509-ca-cert");
            let name = (header::CONTENT_DISPOSITION, "attachment; filename=\"baoxiu.crt\"");
            ([kind, name], authority).into_response()
        }
    };
    let style = async || ([(header::CONTENT_TYPE, "text/css")], STYLE).into_response();
    Router::new()
        .route("/", get(html))
        .route("/baoxiu.crt", get(file))
        .route("/trust.css", get(style))
}

/// Both languages: nobody has signed in here.
fn page(picture: &str, house: &str, fingerprint: &str) -> Markup {
    // The renderer begins with an XML head that a page does not want.
    let picture = picture.find("<svg").map_or(picture, |at| &picture[at..]);
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "包修 · baoxiu" }
                link rel="stylesheet" href="/trust.css";
            }
            body {
                main {
                    (PreEscaped(picture))
                    @for lang in [Lang::Zh, Lang::En] {
                        @let say = Say(lang);
                        section lang=(lang.code()) {
                            h1 { (say.t("trust-title")) }
                            p { (say.t("trust-why")) }
                            p { a class="button" href="/baoxiu.crt" { (say.t("trust-download")) } }
                            @for phone in ["iphone", "android", "desk"] {
                                h2 { (say.t(&format!("trust-{phone}"))) }
                                p { (say.t(&format!("trust-{phone}-how"))) }
                            }
                            p { (say.t("trust-compare")) }
                            code { (fingerprint) }
                            p { a href=(house) { (say.t("trust-then")) " " (house) } }
                        }
                    }
                }
            }
        }
    }
}
