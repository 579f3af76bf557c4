import type { Status } from '../../model/outcome.ts'
import { type Tone, toneOf } from '../change-report.ts'
import { type Html, html, type Piece } from './element.ts'

/** A word with a colour; the word alone says all. */
export function badge(text: string, tone: Tone): Html {
  return html`<span class="badge ${tone}">${text}</span>`
}

export function statusBadge(status: Status): Html {
  return badge(status, toneOf(status))
}

/** Labels and texts side by side. */
export function factList(facts: readonly (readonly [string, Piece])[]): Html {
  return html`<dl class="facts">${facts.map(([label, text]) => html`<div><dt>${label}</dt><dd>${text}</dd></div>`)}</dl>`
}

type Row = readonly Piece[]

export interface Table {
  readonly caption: string
  /** Widths of its columns, by the style sheet: what a cell holds must not be broken in the middle of a number. */
  readonly layout: 'risks' | 'peers' | 'roles' | 'steps' | 'schedules' | 'devices' | 'open'
  readonly columns: readonly string[]
  /** The first cell of each row is its heading. */
  readonly rows: readonly Row[]
}

/** Rows that belong together, below a heading of their own. */
export interface RowGroup {
  readonly head?: Piece
  readonly rows: readonly Row[]
}

/** A table of one group. */
export function table({ rows, ...rest }: Table): Html {
  return groupedTable({ ...rest, groups: [{ rows }] })
}

/**
 * A table that a narrow screen shows as cards: there each cell has its column's name beside it. The roles are
 * written out, because a browser forgets what an element is once it is laid out as something else.
 */
export function groupedTable({
  caption,
  layout,
  columns,
  groups,
}: Omit<Table, 'rows'> & { readonly groups: readonly RowGroup[] }): Html {
  const head = columns.map((column) => html`<th scope="col" role="columnheader">${column}</th>`)
  return html`<table role="table" class="t-${layout}"><caption>${caption}</caption><thead role="rowgroup"><tr role="row">${head}</tr></thead>${groups.map(
    (group) =>
      html`<tbody role="rowgroup">${
        group.head !== undefined &&
        html`<tr role="row" class="group"><th scope="rowgroup" role="rowheader" colspan="${columns.length}">${group.head}</th></tr>`
      }${group.rows.map((cells) => rowOf(cells, columns))}</tbody>`,
  )}</table>\n`
}

/** A row of one cell alone reaches over all columns: it is a remark. */
function rowOf(cells: Row, columns: readonly string[]): Html {
  if (cells.length === 1)
    return html`<tr role="row" class="remark"><td role="cell" colspan="${columns.length}">${cells}</td></tr>`
  return html`<tr role="row">${cells.map((cell, index) =>
    index === 0
      ? html`<th scope="row" role="rowheader" data-label="${columns[index]}">${cell}</th>`
      : html`<td role="cell" data-label="${columns[index]}">${cell}</td>`,
  )}</tr>`
}

/** A part of the page with a heading of the second level. */
export function section(id: string, title: string, ...body: readonly Piece[]): Html {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>\n${body}</section>\n`
}

export function list(items: readonly Piece[]): Html {
  return html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>\n`
}

/** Below the sentence of a cell, smaller. */
export function small(text: Piece): Html {
  return html`<span class="small">${text}</span>`
}
