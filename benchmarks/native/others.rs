//! Rust's standard library at round trips, kills and deadlines, in the protocol of the workers: see floor.c.
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

/// The standard library has no wait with a limit: one asks again and again, here with naps of a millisecond at most, the
/// last of which ends at the deadline.
fn deadline(words: &[&str]) -> u128 {
    let end = Instant::now() + Duration::from_millis(words[0].parse().expect("millis"));
    let mut child = Command::new(words[1])
        .args(&words[2..])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("start");
    while child.try_wait().expect("wait").is_none() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            child.kill().expect("kill");
            break;
        }
        sleep(left.min(Duration::from_millis(1)));
    }
    child.wait_with_output().expect("wait");
    end.elapsed().as_nanos()
}

fn main() {
    for line in stdin().lock().lines() {
        let line = line.expect("line");
        let words: Vec<&str> = line.split_whitespace().collect();
        let work = match words[0] {
            "roundtrip" => round_trip,
            "kill-thread" => kill,
            "deadline-death" => deadline,
            _ => {
                println!("cannot is here for round trips, kills and deadlines only");
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
