// Package responsibility holds the duties of every post (全员安全生产责任制): library, matrix, coverage, lists.
package responsibility
