//! Reads requirements files as uv does, over and over, and says how long it took.
//!
//! A line of input is a number of passes and paths, with tabs between them; the answer is a number of seconds.

use std::hint::black_box;
use std::io::BufRead as _;
use std::path::Path;
use std::time::Instant;

use uv_client::{BaseClientBuilder, Connectivity};
use uv_requirements_txt::{RequirementsTxt, SourceCache};

fn main() {
    println!("uv-requirements-txt {}", env!("UV_PARSER"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let client = BaseClientBuilder::default().connectivity(Connectivity::Offline);
    let folder = std::env::current_dir().expect("a folder");
    let read = |path: &str, text: &str| {
        let mut cache = SourceCache::default();
        let parsed = RequirementsTxt::parse_str(text, Path::new(path), &folder, &client, &mut cache);
        runtime.block_on(parsed).map_err(|error| error.to_string())
    };
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let mut parts = line.split('\t');
        let passes: u32 = parts.next().and_then(|passes| passes.parse().ok()).expect("a number of passes");
        let texts: Vec<_> = parts.map(|path| (path, std::fs::read_to_string(path).unwrap_or_default())).collect();
        if let Some(error) = texts.iter().find_map(|(path, text)| read(path, text).err()) {
            println!("error: {}", error.replace('\n', " "));
            continue;
        }
        let start = Instant::now();
        for _ in 0..passes {
            for (path, text) in &texts {
                black_box(read(path, black_box(text))).ok();
            }
        }
        println!("{}", start.elapsed().as_secs_f64());
    }
}
