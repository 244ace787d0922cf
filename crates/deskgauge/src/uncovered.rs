//! What `[privacy]` does not cover, said where somebody goes past it: statements and exports show rows as they lie.

use deskgauge_core::diagnostic::Diagnostic;
use deskgauge_core::rules::Rules;

use crate::config::Format;
use crate::failure::print_problems;

/// Says that a command shows rows whatever `[privacy]` says, where it says anything.
pub(crate) fn tell(command: &str, rules: &Rules, format: Format) {
    if rules.privacy == deskgauge_core::rules::Privacy::default() {
        return;
    }
    let message = format!("`{command}` shows rows as they lie: [privacy] covers answers, not statements and files");
    print_problems(
        &[Diagnostic::warning("privacy-not-covered", message).hint("give others the answers, not the workspace")],
        format,
    );
}
