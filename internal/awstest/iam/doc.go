// Package iam judges AWS API calls by IAM policies, as AWS does before it lets a
// service act: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
//
// It has two halves. Parse and Policies.Judge evaluate documents: effects, actions
// and resources with wildcards, and the condition operators that the policies of this
// repository use; whatever else a document holds is an error, never passed over.
// Demands tells what a call needs: which action on which resources, and what else
// AWS checks on its behalf, such as iam:PassRole. It knows the operations in its
// table; one that is not in there is an error as well.
//
// The emulator's own check of policies looks at actions only, so it is not used.
package iam
