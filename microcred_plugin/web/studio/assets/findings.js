// What the linter says, by the place it speaks about (pure).

import { place } from "./definition.js";

/** Look findings up by member, or by milestone and path; what belongs to nothing shown stays with the member above. */
export class Findings {
  constructor(findings) {
    this.all = findings;
    this.placed = findings.map((finding) => ({ finding, ...place(finding.path) }));
  }

  /** What is said of a member exactly, such as "title" or "quality.assessment", or of anything in a list below it. */
  at(path) {
    return this.all.filter((finding) => finding.path === path || finding.path.startsWith(`${path}[`)).filter((finding) => path !== "milestones" || finding.path === path);
  }

  /** What is said of the requirement at a path of a milestone; null: of the milestone itself. */
  inMilestone(index, path) {
    const wanted = path === null ? null : path.join(".");
    return this.placed
      .filter((one) => one.milestone === index && (one.at === null ? null : one.at.join(".")) === wanted)
      .map((one) => one.finding);
  }

  /** How many there are in the milestones, and among members of these names: for the tabs. */
  count(names) {
    return this.placed.filter((one) => (one.milestone === undefined ? names.includes(one.member) : names.includes("milestones"))).length;
  }
}
