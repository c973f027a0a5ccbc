--- A Neovim of its own for a scenario, driven from outside by its remote interface.
local Editor = {}
Editor.__index = Editor

--- No condition is expected to take this long; it only bounds a failing run. In milliseconds.
local PATIENCE = tonumber(vim.env.VENV_LSP_PATIENCE or 120000)

local INIT = vim.env.VENV_LSP_PROJECT .. '/tests/editors/neovim/init.lua'

---@class Editor.Options
---@field cwd string
---@field file? string
---@field settings? table Added to `vim.g.venv_lsp`
---@field env? table<string, string|false> Variables to set, or to take away

---@type Editor[]
local open = {}

---@param what string
---@param condition fun(): any
---@return any value The first that is neither nil nor false
function Editor.wait_for(what, condition)
  local value
  local function holds()
    value = condition()
    return value ~= nil and value ~= false
  end
  if not vim.wait(PATIENCE, holds, 20) then
    error('waited in vain for ' .. what, 2)
  end
  return value
end

---@param pid integer
---@return boolean
function Editor.is_alive(pid)
  local stat = io.open(('/proc/%d/stat'):format(pid))
  if stat then
    -- A process that ended stays as a zombie until it is reaped, which is not ours to do.
    local state = stat:read('a'):match('.*%) (%a)')
    stat:close()
    return state ~= 'Z' and state ~= 'X'
  end
  return vim.uv.kill(pid, 0) == 0
end

---@param options Editor.Options
---@return Editor
function Editor.open(options)
  local env = vim.fn.environ()
  env.VENV_LSP_SETTINGS = vim.json.encode(options.settings or vim.empty_dict())
  env.XDG_STATE_HOME = vim.fn.tempname()
  for name, value in pairs(options.env or {}) do
    env[name] = value or nil
  end
  local self = setmetatable({ stderr = {} }, Editor)
  local argv = { vim.env.NVIM_BIN, '--embed', '--headless', '-n', '-i', 'NONE', '-u', INIT }
  self.channel = vim.fn.jobstart(vim.list_extend(argv, { options.file }), {
    rpc = true,
    cwd = options.cwd,
    env = env,
    clear_env = true,
    on_stderr = function(_, lines)
      table.insert(self.stderr, table.concat(lines, '\n'))
    end,
  })
  assert(self.channel > 0, 'Neovim does not start')
  self.pid = self:lua('return vim.fn.getpid()')
  table.insert(open, self)
  return self
end

--- Runs Lua in the editor; `…` are the chunk's arguments.
---@param code string
---@return any
function Editor:lua(code, ...)
  local value = vim.rpcrequest(self.channel, 'nvim_exec_lua', code, { ... })
  return value ~= vim.NIL and value or nil
end

---@param command string
function Editor:command(command)
  vim.rpcrequest(self.channel, 'nvim_command', command)
end

--- Waits until the chunk returns something true, and returns that.
---@param what string
---@param code string
---@return any
function Editor:wait(what, code, ...)
  local arguments = { ... }
  local met, value = pcall(Editor.wait_for, what, function()
    return self:lua(code, unpack(arguments))
  end)
  if not met then
    error(('%s\n%s'):format(value, self:state()), 2)
  end
  return value
end

--- What the editor shows now, for the report of a failure.
---@return string
function Editor:state()
  return self:lua([[
    local log = io.open(vim.lsp.log.get_filename())
    local lines = log and vim.split(log:read('a'), '\n') or {}
    if log then log:close() end
    return table.concat({
      'buffer: ' .. vim.api.nvim_buf_get_name(0) .. ' (' .. vim.bo.filetype .. ')',
      'clients: ' .. #vim.lsp.get_clients({ bufnr = 0 }),
      'diagnostics: ' .. vim.inspect(vim.tbl_map(function(d)
        return ('%d: %s: %s'):format(d.lnum + 1, d.code, d.message)
      end, vim.diagnostic.get(0))),
      'progress: ' .. vim.inspect(_G.progress),
      'messages: ' .. vim.fn.execute('messages'),
      'log: ' .. table.concat(vim.list_slice(lines, math.max(1, #lines - 15)), '\n'),
    }, '\n')
  ]])
end

---@return { lnum: integer, code: string, message: string, severity: integer, source: string }[]
function Editor:diagnostics()
  return self:lua([[
    return vim.tbl_map(function(d)
      return { lnum = d.lnum, code = d.code, message = d.message, severity = d.severity, source = d.source }
    end, vim.diagnostic.get(0))
  ]])
end

--- Waits until the codes of the buffer's diagnostics are these, by line.
---@param codes string[]
function Editor:wait_codes(codes)
  self:wait('the diagnostics ' .. vim.inspect(codes), [[
    local found = vim.diagnostic.get(0)
    table.sort(found, function(a, b) return a.lnum < b.lnum end)
    return vim.deep_equal(..., vim.tbl_map(function(d) return d.code end, found))
  ]], codes)
end

--- Applies the first code action of a line whose title matches, as a user does.
---@param lnum integer 0-based
---@param pattern string
---@return string title
function Editor:act(lnum, pattern)
  self:lua([[
    local lnum, pattern = ...
    _G.taken, _G.offered = nil, {}
    vim.api.nvim_win_set_cursor(0, { lnum + 1, 0 })
    vim.lsp.buf.code_action({
      apply = true,
      filter = function(action)
        table.insert(_G.offered, action.title)
        if _G.taken or not action.title:find(pattern) then
          return false
        end
        _G.taken = action.title
        return true
      end,
    })
  ]], lnum, pattern)
  return self:wait(('an action like `%s`'):format(pattern), [[
    if not _G.taken and #_G.offered > 0 then
      error('offered instead: ' .. vim.inspect(_G.offered))
    end
    return _G.taken
  ]])
end

--- The processes that the editor started and that still run.
---@return integer[]
function Editor:children()
  return vim.tbl_filter(Editor.is_alive, self:lua('return vim.api.nvim_get_proc_children(vim.fn.getpid())'))
end

--- Waits until editor and server are gone.
---@param servers integer[]
function Editor:wait_gone(servers)
  for _, pid in ipairs(vim.list_extend({ self.pid }, servers)) do
    local gone = pcall(Editor.wait_for, 'the end', function()
      return not Editor.is_alive(pid)
    end)
    if not gone then
      vim.uv.kill(pid, 'sigkill')
      error(('process %d still runs after the editor was left'):format(pid), 2)
    end
  end
end

--- Leaves the editor; its server must go with it.
function Editor:quit()
  if self.left then
    return
  end
  self.left = true
  local servers = self:children()
  vim.rpcnotify(self.channel, 'nvim_command', 'qall!')
  self:wait_gone(servers)
end

--- Ends the editor as a crash would.
function Editor:crash()
  self.left = true
  local servers = self:children()
  assert(#servers > 0, 'no server runs')
  vim.uv.kill(self.pid, 'sigkill')
  self:wait_gone(servers)
end

--- Leaves all editors that a scenario opened; returns what went wrong.
---@return string[]
function Editor.quit_all()
  local problems = {}
  for _, editor in ipairs(open) do
    local left, problem = pcall(editor.quit, editor)
    if not left then
      table.insert(problems, problem)
      if Editor.is_alive(editor.pid) then
        vim.uv.kill(editor.pid, 'sigkill')
      end
    end
  end
  open = {}
  return problems
end

return Editor
