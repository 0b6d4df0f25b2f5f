fn main() -> std::process::ExitCode {
    baoxiu::cli::main()
}
