//! The text of a fleet file, or what is wrong with it: the first thing that cannot be read, or every value that is out of range.

use toml::de::{DeTable, DeValue};

use crate::cli::options::layers::toml_error::located;
use sts_emulator::{EmulatorConfig, Mistake};

/// The configuration that `text` describes.
pub(crate) fn parse(text: &str) -> Result<EmulatorConfig, String> {
    EmulatorConfig::from_toml(text).map_err(|error| {
        let of_value = || {
            let table = DeTable::parse(text).ok()?;
            position(table.get_ref(), &error.place)
        };
        let at = error.at.or_else(of_value).unwrap_or_default();
        located(text, at, &error.message)
    })
}

/// The mistakes, each with its place in `text`, from the top of the file. What the file does not speak of, or what
/// `elsewhere` names because an option said it, has no place in it and comes last.
pub(crate) fn placed(
    text: &str,
    mistakes: impl IntoIterator<Item = Mistake>,
    elsewhere: impl Fn(&str) -> bool,
) -> Vec<String> {
    let table = DeTable::parse(text).ok();
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    for Mistake { place, error } in mistakes {
        let by_option = place.first().is_some_and(|field| elsewhere(field));
        let at = match &table {
            Some(table) if !by_option => position(table.get_ref(), &place),
            _ => None,
        };
        match at {
            Some(at) => inside.push((at, error.to_string())),
            None => outside.push(error.to_string()),
        }
    }
    // Keys come in the order of the alphabet; a reader goes through the file from the top.
    inside.sort();
    inside.dedup();
    inside
        .into_iter()
        .map(|(at, message)| located(text, at, &message))
        .take(MOST_MISTAKES)
        .chain(outside)
        .collect()
}

/// Where the end of `way` stands, or as much of it as there is.
fn position(table: &DeTable<'_>, way: &[String]) -> Option<usize> {
    let (first, rest) = way.split_first()?;
    let mut value = table.get(first.as_str())?;
    for step in rest {
        let next = match value.get_ref() {
            DeValue::Table(table) => table.get(step.as_str()),
            DeValue::Array(items) => step
                .parse()
                .ok()
                .and_then(|number: usize| items.get(number)),
            _ => None,
        };
        let Some(next) = next else { break };
        value = next;
    }
    Some(value.span().start)
}

/// More mistakes than anybody corrects at once.
const MOST_MISTAKES: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_mistake_of_a_file_is_told_with_its_place() {
        let text = "vantage = 7\n[[users]]\nname = \"a\"\nacount = \"1\"\nactive = \"yes\"\n[[users]]\nname = 3\n\n\
                    [[faults]]\nendpoints = [\"*\"]\nfault = { kind = \"flood\" }\n[quota]\nburst = -1\n";
        let told = parse(text).expect_err("wrong in six places");
        assert!(told.starts_with("line 11 "), "{told}");
    }

    #[test]
    fn a_value_of_a_wrong_type_is_told_where_it_stands_with_what_its_field_takes() {
        let text = "[[faults]]\nendpoints = [\"*\"]\nfault = { kind = \"extra-latency\", extra_ms = -4 }\n";
        assert_eq!(
            parse(text).expect_err("no time"),
            "line 3 column 46: fleet fault 1: extra_ms must be 0 to 600000"
        );
        assert_eq!(
            parse("[[users]]\nfoo = 1\n").expect_err("no field"),
            "line 2 column 1: fleet user 1: unknown field `foo`; allowed: account, name, path, secret_access_key, active, \
             policy, tags, mfa"
        );
    }

    #[test]
    fn a_text_that_is_no_toml_has_one_mistake() {
        let told = parse("vantage = \"x\"\nseed = = 3\n").expect_err("no TOML");
        assert!(told.starts_with("line 2 column 8: "), "{told}");
    }

    #[test]
    fn mistakes_of_the_value_are_found_in_the_file() {
        let text = "[[users]]\nname = \"a/b\"\n[[users]]\n\tpolicy = '{'\n[rtt_ms]\nnowhere = 1\n";
        let config = parse(text).expect("the form is right");
        let found = placed(text, config.mistakes(), |_| false);
        assert!(
            found[0].starts_with("line 2 column 8: fleet user 1 name: must be 1 to 64"),
            "{found:#?}"
        );
        assert!(
            found[1].starts_with(
                "line 4 column 11: fleet user 2 policy: must be the JSON of a policy: EOF"
            ),
            "{found:#?}"
        );
        assert_eq!(
            found[2],
            "line 6 column 11: fleet rtt_ms: no selected endpoint is called \"nowhere\""
        );
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn what_an_option_says_has_no_place_in_the_file() {
        let text = "vantage = \"nowhere\"\n";
        let config = parse(text).expect("the form is right");
        let in_file = placed(text, config.mistakes(), |_| false);
        let by_option = placed(text, config.mistakes(), |field| field == "vantage");
        assert_eq!(in_file[0], format!("line 1 column 11: {}", by_option[0]));
    }
}
