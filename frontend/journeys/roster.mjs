// A roster as towns send it: a title over the heading, 5,000 rows, a good many of them wrong.
import { workbook } from './xlsx.mjs'

const SIGNS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const TOWNS = ['石柱镇', '芝英镇', '古山镇', '方岩镇', '龙山镇', '西溪镇', '象珠镇', '唐先镇', '花街镇', '前仓镇', '舟山镇']

function organisation(eight) {
  const sum = [3, 7, 9, 10, 5, 8, 4, 2].reduce((all, weight, n) => all + weight * parseInt(eight[n], 36), 0)
  const rest = 11 - (sum % 11)
  return rest === 10 ? 'X' : rest === 11 ? '0' : String(rest)
}

/** The n-th made-up code of a run, valid by GB 32100 and GB 11714. */
export function uscc(run, n) {
  let rest = run * 10_000 + n
  let eight = ''
  for (let at = 0; at < 5; at += 1) {
    eight = SIGNS[rest % 31] + eight
    rest = Math.floor(rest / 31)
  }
  const body = `91330784MY${SIGNS[rest % 31]}${eight}`
  const inner = body.slice(8, 16)
  const seventeen = body.slice(0, 16) + organisation(inner)
  let sum = 0
  let weight = 1
  for (const sign of seventeen) {
    sum += SIGNS.indexOf(sign) * weight
    weight = (weight * 3) % 31
  }
  return seventeen + SIGNS[(31 - (sum % 31)) % 31]
}

/** What the file holds and what should come of it. */
export function roster(run, rows = 5000) {
  const heading = [`企业全名（${run}）`, '信用代码', '所属镇街', '行业代码', '职工人数', '联系人', '手机号码']
  const sheet = [['某市工贸企业名录'], [], heading]
  let bad = 0
  for (let n = 0; n < rows; n += 1) {
    const row = [`永康市步行${run}第${n + 1}五金厂`, uscc(run, n), TOWNS[n % TOWNS.length], '3389', 10 + (n % 90), '张三', `1380000${String(n % 10_000).padStart(4, '0')}`]
    // Every fiftieth row is wrong, each in its own way.
    if (n % 50 === 49) {
      const kind = Math.floor(n / 50) % 4
      if (kind === 0) row[1] = row[1].slice(0, 17) + (row[1][17] === '0' ? '1' : '0')
      if (kind === 1) row[2] = '婺城区白龙桥镇'
      if (kind === 2) row[1] = 4.4e17
      if (kind === 3) row[0] = ''
      bad += 1
    }
    sheet.push(row)
  }
  // Two rows of one company: one of them at least cannot be taken.
  sheet.push([...sheet[3]])
  return { file: { name: `名录${run}.xlsx`, mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: workbook(sheet, ['A1:G1']) }, heading, rows: rows + 1, bad }
}
