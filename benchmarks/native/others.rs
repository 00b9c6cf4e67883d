//! Rust's standard library at round trips and kills, in the protocol of the workers: see floor.c.
use std::io::{stdin, BufRead};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

fn round_trip(program: &[&str]) -> u128 {
    let begin = Instant::now();
    Command::new(program[0]).args(&program[1..]).output().expect("start");
    begin.elapsed().as_nanos()
}

fn kill(program: &[&str]) -> u128 {
    let mut child = Command::new(program[0])
        .args(&program[1..])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("start");
    sleep(Duration::from_millis(2));
    let begin = Instant::now();
    child.kill().expect("kill");
    child.wait_with_output().expect("wait");
    begin.elapsed().as_nanos()
}

fn main() {
    for line in stdin().lock().lines() {
        let line = line.expect("line");
        let words: Vec<&str> = line.split_whitespace().collect();
        let work = match words[0] {
            "roundtrip" => round_trip,
            "kill-thread" => kill,
            _ => {
                println!("cannot is here for round trips and kills only");
                continue;
            }
        };
        let slice = Duration::from_millis(words[1].parse().expect("millis"));
        let begin = Instant::now();
        let mut answer = format!("ok {}", work(&words[2..]));
        while begin.elapsed() < slice {
            answer += &format!(" {}", work(&words[2..]));
        }
        println!("{answer}");
    }
}
