import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../architecture/sources.ts'

/**
 * Runs the built program in a pipe of bash, where `"$@"` stands for it: the exit code of each program, and what the
 * last one printed.
 */
export function inShell(
  script: string,
  args: readonly string[],
): Promise<{ readonly codes: string; readonly out: string }> {
  return new Promise((resolve, reject) => {
    const program = [process.execPath, join(root, 'dist', 'main.js'), ...args]
    const child = spawn('bash', ['-c', `${script}; echo "codes \${PIPESTATUS[*]}"`, 'bash', ...program], {
      cwd: root,
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
    })
    child.on('error', reject)
    child.on('close', () => {
      const [out = '', codes = ''] = said.split('codes ')
      resolve({ codes: codes.trim(), out })
    })
  })
}
