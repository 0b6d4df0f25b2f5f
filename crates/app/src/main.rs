//! The program. Its allocator gives back what hashing a password took, 19 MB each time.

/// See `docs/decisions/0021`.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    baoxiu::cli::main()
}
