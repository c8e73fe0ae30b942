#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sts_emulator::fuzz::json_answer(bytes));
