package account

// HashPassword lets tests give a person a password.
var HashPassword = hashPassword
