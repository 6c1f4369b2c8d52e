// Unit tests run without a page; what only asks where it is, is told.
if (!('location' in globalThis)) Object.defineProperty(globalThis, 'location', { value: new URL('http://localhost/'), configurable: true })
