"""The record of the review: what was handed in, drafted, decided and exported, by whom; and who may do it."""
