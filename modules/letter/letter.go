// Package letter holds responsibility letters (安全生产责任书), made and signed level by level each year.
package letter
