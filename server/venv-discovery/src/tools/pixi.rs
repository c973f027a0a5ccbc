//! Pixi: `.pixi/envs/default`, in the folder of its manifest
//! (<https://pixi.sh/latest/workspace/environment/>). Where environments are kept elsewhere, `.pixi/envs` is a link.

use super::{Claim, Folder};

pub(super) fn claim(folder: &Folder<'_>) -> Option<Claim> {
    let pixi = folder.path.join(".pixi");
    if !folder.lookup.is_dir(&pixi) {
        return None;
    }
    let path = pixi.join("envs").join("default");
    let words = format!("`.pixi/envs/default` {}", folder.place);
    let mut claim = Claim::new("Pixi", pixi, path, words);
    // The folder holds settings as well.
    claim.is_certain = false;
    Some(claim)
}
