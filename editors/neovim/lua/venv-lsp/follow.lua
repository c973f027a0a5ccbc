--- Activates the environment of the buffer that is being worked in.
local M = {}

local NAME = 'venv_lsp'

--- Whether this buffer is a file, for which there can be an environment. Terminals, help and lists are none: what is
--- active stays active in them.
---@param bufnr integer
---@return boolean
local function is_file(bufnr)
  local name = vim.api.nvim_buf_get_name(bufnr)
  return vim.bo[bufnr].buftype == '' and name ~= '' and not name:match('^%a[%w+.-]+://')
end

---@param bufnr integer
---@param environment? venv_lsp.Environment
local function use(bufnr, environment)
  local usable = environment and not environment.broken and environment or nil
  require('venv-lsp.activation').use(usable and usable.variables)
  require('venv-lsp.servers').tell_all(bufnr, usable and usable.python.executable)
end

--- Starts the server for a Python file that asks for nothing, and so has none. It is not attached: it has nothing to say
--- in there, but knows the environment.
---@param bufnr integer
local function start_for_python(bufnr)
  local config = vim.lsp.config[NAME]
  if vim.bo[bufnr].filetype ~= 'python' or not vim.lsp.is_enabled(NAME) or not require('venv-lsp.config').is_there() then
    return
  end
  local root = require('venv-lsp.root').of_file(vim.api.nvim_buf_get_name(bufnr), vim.fn.getcwd(), vim.uv.os_homedir())
  local function started()
    M.follow(vim.api.nvim_get_current_buf())
  end
  local on_init = vim.iter({ config.on_init or {}, started }):flatten():totable()
  vim.lsp.start(vim.tbl_extend('force', config, { root_dir = root, on_init = on_init }), { attach = false, silent = true })
end

--- Whether environments are activated at all. One in a folder that is not trusted is not: its programs would be the
--- first on `PATH`.
---@return boolean
local function is_wanted()
  local current = require('venv-lsp.config').current()
  return current.activate and current.settings.trusted ~= false
end

--- The buffer is being worked in now, or more is known of it.
---@param bufnr integer
function M.follow(bufnr)
  if bufnr ~= vim.api.nvim_get_current_buf() or not is_file(bufnr) then
    return
  end
  if not is_wanted() then
    return use(bufnr, nil)
  end
  local known = vim.b[bufnr].venv_lsp_environment
  if known then
    return use(bufnr, known)
  end
  start_for_python(bufnr)
  if #vim.lsp.get_clients({ name = NAME }) == 0 then
    return use(bufnr, nil)
  end
  require('venv-lsp.environment').ask(bufnr, function(answer)
    -- Another buffer may have been entered meanwhile.
    if answer and bufnr == vim.api.nvim_get_current_buf() then
      use(bufnr, answer.environment)
    end
  end)
end

return M
