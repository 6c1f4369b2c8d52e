import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = []

/** Pages without a session. */
export const publicRoutes: RouteRecordRaw[] = []
