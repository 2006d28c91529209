"""The numpy core: from quotas to marginals, lotteries and proofs, in terms of classes of interchangeable people."""
