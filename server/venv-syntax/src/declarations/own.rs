//! What a project asks for of itself: by `project[extra]` a list takes in an extra of the same file, as pip has it.

use std::collections::HashMap;

use crate::declarations::Builder;
use crate::{Declared, Demand, LineKind, Name, Requirement, RequirementTarget, SectionKind, normalize_name};

impl Builder {
    /// Finds the lists that take in extras of `project`, whose file this is. What everybody gets brings its extras to
    /// everybody. They may lead back to themselves: pip takes each in once.
    pub(crate) fn take_in_own_extras(&mut self, project: &str) {
        let mut extras: HashMap<&str, usize> = HashMap::new();
        for (index, section) in self.found.sections.iter().enumerate() {
            if let (SectionKind::Extra, Some(name)) = (section.kind, &section.name) {
                extras.entry(&name.normalized).or_insert(index);
            }
        }
        if extras.is_empty() {
            return;
        }
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (declared, requirement) in self.own_requirements(project) {
            // Whether it counts is up to the environment, or it is another version of the project.
            if requirement.marker.is_none() && requirement.url.is_none() {
                let named = requirement.extras.iter().filter_map(|extra| extras.get(&*extra.normalized));
                found.extend(named.map(|extra| (declared.section, *extra)));
            }
        }
        for (section, extra) in found {
            let taken = &mut self.found.sections[section].own_extras;
            if section != extra && !taken.contains(&extra) {
                taken.push(extra);
            }
        }
        let sections = &mut self.found.sections;
        let mut waiting: Vec<usize> =
            (0..sections.len()).filter(|index| sections[*index].demand == Demand::Always).collect();
        while let Some(index) = waiting.pop() {
            let section = &sections[index];
            let includes = section.includes.iter().filter_map(|include| include.section);
            let taken: Vec<usize> = includes.chain(section.own_extras.iter().copied()).collect();
            for next in taken {
                if sections[next].demand == Demand::OnRequest {
                    sections[next].demand = Demand::Always;
                    waiting.push(next);
                }
            }
        }
    }

    /// The extras by which `project` is asked for where its own file says what they are, with their places.
    pub(crate) fn own_extras_asked_for(&self, project: &str) -> Vec<Name> {
        let mut names = Vec::new();
        for (declared, requirement) in self.own_requirements(project) {
            if requirement.url.is_none() {
                names.extend(requirement.extras.iter().map(|extra| {
                    let span = extra.span.shift(declared.line.start);
                    Name { span, ..extra.clone() }
                }));
            }
        }
        names
    }

    /// What asks for `project` in the environment that the file is for.
    fn own_requirements<'b>(
        &'b self,
        project: &str,
    ) -> impl Iterator<Item = (&'b Declared, &'b Requirement)> + use<'b> {
        let project = normalize_name(project);
        self.found.declared.iter().filter_map(move |declared| {
            let demand = self.found.sections[declared.section].demand;
            let LineKind::Requirement(line) = &declared.line.tree.kind else { return None };
            let RequirementTarget::Named(requirement) = &line.target else { return None };
            let is_own = *requirement.name.normalized == *project
                && declared.line.tree.errors.is_empty()
                && matches!(demand, Demand::Always | Demand::OnRequest);
            is_own.then_some((declared, requirement))
        })
    }
}
