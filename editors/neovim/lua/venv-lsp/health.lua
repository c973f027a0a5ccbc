--- `:checkhealth venv-lsp`
local M = {}

local health = vim.health

--- How long the server's program may take to print its version, in milliseconds.
local VERSION_MS = 5000

--- How long a running server may take to say which environment serves a file, in milliseconds.
local ANSWER_MS = 2000

local function check_neovim()
  health.start('Neovim')
  if vim.fn.has('nvim-0.11') == 1 then
    health.ok(('Neovim %s'):format(vim.version()))
  else
    health.error('Neovim 0.11 or newer is needed', { 'Install a newer Neovim' })
  end
end

local function check_settings()
  health.start('Settings')
  local problems = require('venv-lsp.config').current().problems
  for _, problem in ipairs(problems) do
    health.error(problem, { 'Correct `vim.g.venv_lsp`, see `:help venv-lsp-settings`' })
  end
  if #problems == 0 then
    health.ok(vim.g.venv_lsp == nil and 'The defaults' or '`vim.g.venv_lsp` is valid')
  end
  if vim.lsp.is_enabled('venv_lsp') then
    health.ok('Enabled')
  else
    health.warn('Not enabled', { "Add `vim.lsp.enable('venv_lsp')` to your configuration" })
  end
end

--- The command that prints the version: what starts the server, up to the word `server`.
---@param cmd string[]
---@return string[]
local function version_command(cmd)
  for index = #cmd, 2, -1 do
    if cmd[index] == 'server' then
      return vim.list_extend(vim.list_slice(cmd, 1, index - 1), { '--version' })
    end
  end
  return { cmd[1], '--version' }
end

local function check_server()
  health.start('Server')
  local cmd = require('venv-lsp.config').command()
  if not cmd then
    return health.info('Started by a function of your configuration')
  end
  local program = vim.fn.exepath(cmd[1])
  if program == '' then
    return health.error(('`%s` is not an executable program'):format(cmd[1]), {
      'Install venv-lsp so that `venv-lsp` is on `PATH`',
      "Or name it: `vim.g.venv_lsp = { cmd = { '/path/to/venv-lsp', 'server' } }`",
    })
  end
  health.ok(('`%s` is `%s`'):format(cmd[1], program))
  local started, process = pcall(vim.system, version_command(cmd), { text = true })
  if not started then
    return health.error(('`%s` does not start: %s'):format(program, process))
  end
  local result = process:wait(VERSION_MS)
  if result.code == 0 then
    health.ok('Version: ' .. vim.trim(result.stdout))
  else
    local said = vim.trim((result.stderr or '') .. (result.stdout or ''))
    health.error(('`%s` ends with status %d: %s'):format(table.concat(version_command(cmd), ' '), result.code, said))
  end
end

---@param client vim.lsp.Client
---@param bufnr integer
local function check_buffer(client, bufnr)
  local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(bufnr), ':~:.')
  local response, problem =
    client:request_sync('venv-lsp/environment', { uri = vim.uri_from_bufnr(bufnr) }, ANSWER_MS, bufnr)
  if not response then
    return health.error(('`%s`: the server does not answer (%s)'):format(name, problem))
  end
  if response.err then
    return health.error(('`%s`: %s'):format(name, response.err.message))
  end
  local environment = response.result and response.result.environment
  if not environment then
    return health.warn(('`%s`: no environment serves it'):format(name), {
      'Take the code action on its first requirement, or make a `.venv`',
    })
  end
  health.ok(('`%s`: `%s` (%s)'):format(name, environment.path, environment.reason))
  for _, item in ipairs(environment.health or {}) do
    health.warn(('`%s`: %s'):format(item.code, item.message))
  end
end

local function check_clients()
  health.start('Open files')
  local clients = vim.lsp.get_clients({ name = 'venv_lsp' })
  if #clients == 0 then
    return health.info('No file is served; open one that asks for packages and ask again')
  end
  for _, client in ipairs(clients) do
    health.ok(('Client %d, workspace `%s`'):format(client.id, client.root_dir or 'none'))
    for bufnr in vim.spairs(client.attached_buffers) do
      check_buffer(client, bufnr)
    end
  end
end

function M.check()
  check_neovim()
  check_settings()
  check_server()
  check_clients()
end

return M
