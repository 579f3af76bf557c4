import { type DefaultTreeAdapterTypes, parse } from 'parse5'

type Node = DefaultTreeAdapterTypes.Node
type Element = DefaultTreeAdapterTypes.Element

export function isElement(node: Node): node is Element {
  return 'tagName' in node
}

/** Every element below a node, in order. */
export function elementsOf(node: Node): readonly Element[] {
  const children = 'childNodes' in node ? node.childNodes : []
  return [...(isElement(node) ? [node] : []), ...children.flatMap(elementsOf)]
}

/** The text below a node. */
export function textOf(node: Node): string {
  if ('value' in node && node.nodeName === '#text') return node.value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}

export function attributeOf(element: Element, name: string): string | undefined {
  return element.attrs.find((one) => one.name === name)?.value
}

/** A document without its texts: elements with all their attributes, and whatever else is no text. */
export function skeleton(node: Node, without: (element: Element) => boolean = () => false): string {
  if (node.nodeName === '#text') return ''
  const inside = ('childNodes' in node ? node.childNodes : []).map((one) => skeleton(one, without)).join('')
  if (!isElement(node)) return `(${node.nodeName}${inside})`
  if (without(node)) return inside
  const attributes = node.attrs.map(({ name, value }) => ` ${name}=${JSON.stringify(value)}`).join('')
  return `(${node.tagName}${attributes}${inside})`
}

export { type Element, type Node, parse }
