from handmade import LATER, NOW, SEED, frozen
from sortition.audit import add_draw, read_bundle, seeded_draw, verify_bundle, write_lottery


def states(folder, announced):
    return {finding.state for finding in verify_bundle(folder, announced)}


def test_a_good_bundle_verifies_before_and_after_the_draw(tmp_path):
    bundle = write_lottery(tmp_path / "out", frozen(), NOW)
    digest = bundle.frozen.digest
    assert "failed" not in states(tmp_path / "out", digest)
    add_draw(read_bundle(tmp_path / "out"), seeded_draw(digest, 21, SEED), LATER, "<html>")
    assert "failed" not in states(tmp_path / "out", digest)
