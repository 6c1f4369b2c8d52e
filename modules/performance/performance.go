// Package performance assesses how duties are fulfilled (履职考核): tasks, evidence, scores, rewards.
package performance
