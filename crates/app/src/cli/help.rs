//! What `--help` says and what is said of a line that was not understood, in the reader's
//! language: clap itself speaks English only.

use std::process::ExitCode;

use clap::{
    Arg, ArgAction, Command,
    error::{ContextKind, ContextValue, Error, ErrorKind},
};

use super::complain;
use crate::{args, say::Say};

/// Every command and argument with its words: `cli-token-create`, `cli-token-create-days`; an
/// argument of many commands has them once, `cli-arg-data`.
pub fn said(command: Command, say: Say) -> Command {
    let command = command.term_width(100);
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let version = version.help(say.t("cli-arg-version")).help_heading(word(say, "cli-options"));
    dressed(command, "cli", say).disable_version_flag(true).arg(version)
}

fn dressed(command: Command, path: &str, say: Say) -> Command {
    let template = format!(
        "{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
        say.t("cli-usage")
    );
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let names: Vec<String> = command.get_subcommands().map(|it| it.get_name().into()).collect();
    let mut command = command
        .about(say.t(path))
        .help_template(template)
        .subcommand_help_heading(word(say, "cli-commands"))
        .subcommand_value_name(word(say, "cli-command"))
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .mut_args(|it| argument(it, path, say))
        .arg(help.help(say.t("cli-arg-help")).help_heading(word(say, "cli-options")));
    for name in names {
        let path = format!("{path}-{name}");
        command = command.mut_subcommand(name, |it| dressed(it, &path, say));
    }
    command
}

fn argument(arg: Arg, path: &str, say: Say) -> Arg {
    let own = format!("{path}-{}", arg.get_id());
    let text =
        if say.knows(&own) { say.t(&own) } else { say.t(&format!("cli-arg-{}", arg.get_id())) };
    let defaults: Vec<_> = arg.get_default_values().iter().filter_map(|it| it.to_str()).collect();
    let text = match defaults.is_empty() {
        true => text,
        false => {
            let said = args! { "text" => text, "value" => defaults.join(" ") };
            say.with("cli-default", &said)
        }
    };
    let heading = if arg.is_positional() { "cli-arguments" } else { "cli-options" };
    let arg = arg.help(text).help_heading(word(say, heading));
    match arg.get_action().takes_values() {
        // Both stand in the text, in the reader's language.
        true => arg.hide_default_value(true).hide_possible_values(true),
        false => arg,
    }
}

/// clap keeps headings for as long as the process lives, so they may.
fn word(say: Say, key: &str) -> &'static str {
    say.t(key).leak()
}

/// Says what was not understood, and ends.
pub fn explain(error: &Error, say: Say) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            return ExitCode::from(2);
        }
        _ => (),
    }
    let text = |kind: ContextKind| error.get(kind).map(words).unwrap_or_default();
    let said = args! {
        "arg" => text(ContextKind::InvalidArg),
        "prior" => text(ContextKind::PriorArg),
        "value" => text(ContextKind::InvalidValue),
        "known" => text(ContextKind::ValidValue),
        "command" => text(ContextKind::InvalidSubcommand),
    };
    let key = match error.kind() {
        ErrorKind::UnknownArgument => "cli-wrong-argument",
        ErrorKind::InvalidSubcommand => "cli-wrong-command",
        ErrorKind::MissingSubcommand => "cli-no-command",
        ErrorKind::MissingRequiredArgument => "cli-missing",
        ErrorKind::ArgumentConflict => "cli-conflict",
        ErrorKind::InvalidValue if text(ContextKind::ValidValue).is_empty() => "cli-no-value",
        ErrorKind::InvalidValue => "cli-wrong-value",
        ErrorKind::ValueValidation => "cli-bad-value",
        _ => "cli-not-understood",
    };
    complain(&format!("baoxiu: {}", say.with(key, &said)));
    complain(&say.t("cli-see-help"));
    ExitCode::from(2)
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(many) => many.join(", "),
        other => other.to_string(),
    }
}
