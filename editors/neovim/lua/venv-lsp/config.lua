--- What the user may set in `vim.g.venv_lsp`, checked, and what holds where it is silent.
---
--- A wrong value is reported and left out; the rest still counts.
local M = {}

---@alias venv_lsp.Severity 'error'|'warning'|'information'|'hint'|'off'

--- The shape of `vim.g.venv_lsp`.
---@class venv_lsp.Options
---@field activate? boolean `false`: terminals and jobs do not get the variables of the environment
---@field askToInstall? boolean `false`: no question when a file that was changed outside asks for more
---@field cmd? string[] The command that starts the server: program, then arguments
---@field environment? string Path of the environment to use instead of the one that is found
---@field installer? 'auto'|'uv'|'pip' What installs distributions
---@field rules? table<string, venv_lsp.Severity> Severity by code of a diagnostic
---@field trusted? boolean `false`: the server never starts a process

--- What holds now.
---@class venv_lsp.Config
---@field activate boolean
---@field cmd string[]
---@field settings table<string, any> As the server takes them
---@field problems string[] What is wrong with `vim.g.venv_lsp`, one line each

local SEVERITIES = { error = true, warning = true, information = true, hint = true, off = true }
local INSTALLERS = { auto = true, uv = true, pip = true }

---@type table<string, fun(value: any): string?>
local CHECKS = {
  activate = function(value)
    if type(value) ~= 'boolean' then
      return '`activate` must be true or false'
    end
  end,
  askToInstall = function(value)
    if type(value) ~= 'boolean' then
      return '`askToInstall` must be true or false'
    end
  end,
  cmd = function(value)
    if type(value) ~= 'table' or #value == 0 then
      return '`cmd` must be a list: the program, then its arguments'
    end
    for _, word in ipairs(value) do
      if type(word) ~= 'string' then
        return '`cmd` must hold strings only'
      end
    end
  end,
  environment = function(value)
    if type(value) ~= 'string' or value == '' then
      return '`environment` must be the path of an environment'
    end
  end,
  installer = function(value)
    if not INSTALLERS[value] then
      return '`installer` must be "auto", "uv" or "pip"'
    end
  end,
  rules = function(value)
    if type(value) ~= 'table' then
      return '`rules` must be a table of severities by code'
    end
    for code, severity in pairs(value) do
      if type(code) ~= 'string' or not SEVERITIES[severity] then
        return ('`rules`: `%s` must be "error", "warning", "information", "hint" or "off"'):format(code)
      end
    end
  end,
  trusted = function(value)
    if type(value) ~= 'boolean' then
      return '`trusted` must be true or false'
    end
  end,
}

---@param options any The value of `vim.g.venv_lsp`
---@return venv_lsp.Config
function M.resolve(options)
  ---@type venv_lsp.Config
  local config = { activate = true, cmd = { 'venv-lsp', 'server' }, settings = {}, problems = {} }
  if options == nil then
    return config
  end
  if type(options) ~= 'table' then
    config.problems = { '`vim.g.venv_lsp` must be a table' }
    return config
  end
  for name, value in vim.spairs(options) do
    local check = CHECKS[name]
    local problem
    if check then
      problem = check(value)
    else
      problem = ('`%s` is not a setting of `vim.g.venv_lsp`'):format(name)
    end
    if problem then
      table.insert(config.problems, problem)
    elseif name == 'activate' or name == 'cmd' then
      config[name] = value
    elseif name == 'environment' then
      config.settings.environment = vim.fs.normalize(value)
    -- An empty table would reach the server as a list.
    elseif name ~= 'rules' or next(value) then
      config.settings[name] = value
    end
  end
  return config
end

---@return venv_lsp.Config
function M.current()
  return M.resolve(vim.g.venv_lsp)
end

--- The command that starts the server, also where `vim.lsp.config()` has another one.
---@return string[]? command nil: a function of the user's own starts it
function M.command()
  local cmd = vim.lsp.config.venv_lsp.cmd
  if type(cmd) == 'table' then
    return cmd
  end
  return cmd == M.start and M.current().cmd or nil
end

--- Whether the server's program is there, as far as that can be known.
---@return boolean
function M.is_there()
  local command = M.command()
  return not command or vim.fn.executable(command[1]) == 1
end

--- Starts the server. It finds the variables as they were before an environment was activated here: else that would
--- serve every file that has none of its own.
---@param dispatchers vim.lsp.rpc.Dispatchers
---@return vim.lsp.rpc.PublicClient
function M.start(dispatchers)
  local own = vim.lsp.config.venv_lsp
  return require('venv-lsp.activation').without(function()
    local extra = { cwd = own.cmd_cwd, env = own.cmd_env, detached = own.detached }
    return vim.lsp.rpc.start(M.current().cmd, dispatchers, extra)
  end)
end

return M
