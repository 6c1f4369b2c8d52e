// The texts of the desk: all.
import { take, type Messages } from '.'

take(import.meta.glob<Messages>('./zh-CN/*.json', { eager: true, import: 'default' }), import.meta.glob<Messages>('./en/*.json', { import: 'default' }))
