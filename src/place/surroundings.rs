//! What a search for the place may ask of the machine that it is on.

/// What is known where the program runs.
pub(super) trait Surroundings {
    /// The value of an environment variable that is set and not blank.
    fn variable(&self, name: &str) -> Option<String>;

    /// The profile that would be used, by name, and its `region`, when it has one.
    ///
    /// # Errors
    /// What keeps it from being read.
    fn profile_region(&self, profile: Option<&str>) -> Result<Option<(String, String)>, String>;

    /// The line and the file in which that stands, for people.
    fn profile_region_place(&self, _profile: Option<&str>) -> Option<String> {
        None
    }

    /// The Availability Zone in which ECS runs the task, when this is one.
    fn container_zone(&self) -> Option<String>;

    /// The Region of the EC2 instance, when this can be one; the profile may say whom to ask.
    fn instance_region(&self, profile: Option<&str>) -> Option<String>;

    /// The host's name.
    fn host(&self) -> String;
}
